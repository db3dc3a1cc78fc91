"""What a gate costs: microseconds on top of `login_required`, beside those of other packages, in one run.

Session and user are the same objects for all, so that only what a gate does itself is measured; a gate that
asks the database pays for that, on SQLite in memory.
"""

import statistics
import sys
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import django
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from django.utils import timezone

ROUNDS, REQUESTS, WARM_UP = 25, 200, 50
SIGNED_IN = "tests.benchmarks.gate.signed_in"
OURS = [
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.SessionListMiddleware",
    "accounts.middleware.StepUpMiddleware",
]
STEP_UP, OTP = OURS[2], "django_otp.middleware.OTPMiddleware"
ALLAUTH = "allauth.account.middleware.AccountMiddleware"
# What is measured: the path, the middleware besides the one that signs in, and the path rules.
CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "login_required": ("/plain/", [], []),
    "our middleware, on an open page": ("/plain/", [STEP_UP], []),
    "our middleware and a decorator": ("/gated/", [STEP_UP], []),
    "our middleware and a path rule": ("/plain/", [STEP_UP], ["/plain/"]),
    "all our middlewares and a decorator": ("/gated/", OURS, []),
    "django-otp: otp_required": ("/otp/", [OTP], []),
    "allauth: reauthentication_required": ("/allauth/", [ALLAUTH], []),
}
GOALS = dict(zip(list(CASES)[1:5], (5, 10, 10, 20), strict=True))

session: Any = None
user: Any = None
urlpatterns: list[Any] = []


def signed_in(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request the one session and user, as Django's own middlewares would."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.session, request.user = session, user
        return get_response(request)

    return middleware


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


def configure() -> None:
    settings.configure(
        SECRET_KEY="for measuring alone",  # opens nothing
        ROOT_URLCONF="tests.benchmarks.gate",
        USE_TZ=True,
        # As this project has it: a setting that is missing costs Django 7 µs for each look.
        STEP_UP_MAX_AGE=900,
        AUTH_USER_MODEL="users.User",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "social_django", "mfaproject.users", "accounts"),
            *("django_otp", "django_otp.plugins.otp_totp", "allauth", "allauth.account", "allauth.mfa"),
        ],
        # allauth insists; what is measured has its own list.
        MIDDLEWARE=[ALLAUTH],
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
    )
    django.setup()
    call_command("migrate", verbosity=0)


def sign_in() -> None:
    """Make a session that every gate is satisfied with."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice
    from social_django.models import UserSocialAuth

    from accounts.identity import users
    from accounts.models import AccountState

    now = int(timezone.now().timestamp())
    person = get_user_model().objects.create_user("tess", password="a long one")
    device = TOTPDevice.objects.create(user=person, name="phone")
    store = SessionStore()
    store.update({SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})
    store.update(
        {HASH_SESSION_KEY: person.get_session_auth_hash(), DEVICE_ID_SESSION_KEY: device.persistent_id}
    )
    store["accounts_assurance"] = {
        "user": str(person.pk),
        "subject": "auth0|tess",
        "mfa_at": now,
        "login_at": now,
        "methods": ["pwd", "mfa"],
    }
    store["accounts_assurance"] |= {"session_id": "s", "doubt": None}
    store["account_authentication_methods"] = [{"method": "password", "at": now, "reauthenticated": True}]
    store["account_authentication_methods_user"] = str(person.pk)
    store.create()
    # As a sign-in leaves them, and as the backend reads them.
    AccountState.objects.create(user=person, last_language="en")
    UserSocialAuth.objects.create(user=person, provider="auth0", uid="auth0|tess")
    globals().update(session=store, user=users().get(pk=person.pk))


def add_views() -> None:
    from allauth.account.decorators import reauthentication_required
    from django.contrib.auth.decorators import login_required
    from django_otp.decorators import otp_required

    from accounts.step_up import step_up_required

    gates = {"plain": login_required, "gated": step_up_required, "otp": otp_required}
    urlpatterns.extend(path(f"{name}/", gate(page)) for name, gate in gates.items())
    urlpatterns.append(path("allauth/", reauthentication_required(page)))


def handler(middleware: list[str], rules: list[str]) -> BaseHandler:
    made = BaseHandler()
    with override_settings(MIDDLEWARE=[SIGNED_IN, *middleware], STEP_UP_RULES=rules):
        made.load_middleware()
    return made


def measure(serve: Callable[[HttpRequest], Any], address: str, times: int) -> float:
    """Return the median of single requests, in microseconds."""
    factory, taken = RequestFactory(), []
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key}
    for _ in range(times):
        request = factory.get(address)
        request.COOKIES.update(cookies)
        began = perf_counter_ns()
        response = serve(request)
        taken.append(perf_counter_ns() - began)
        assert response.status_code == 200, f"{address} did not open: {response.status_code}"
    return statistics.median(taken) / 1000


def main() -> None:
    configure()
    sign_in()
    add_views()
    cases = {name: (handler(wares, rules), address) for name, (address, wares, rules) in CASES.items()}
    for made, address in cases.values():
        measure(made.get_response, address, WARM_UP)
    rounds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(ROUNDS):
        for name, (made, address) in cases.items():
            rounds[name].append(measure(made.get_response, address, REQUESTS))
    report(rounds)


def report(rounds: dict[str, list[float]]) -> None:
    plain = rounds.pop("login_required")
    sys.stdout.write(f"login_required itself: {statistics.median(plain):.0f} µs; on top of that:\n")
    for name, times in rounds.items():
        # Each round beside its own yardstick: a machine that slows down slows both.
        added = statistics.median(time - base for time, base in zip(times, plain, strict=True))
        goal = f"  (goal: {GOALS[name]})" if name in GOALS else ""
        sys.stdout.write(f"{added:8.1f} µs  {name}{goal}\n")


if __name__ == "__main__":
    # Views and middleware are found by this name, and must be these very ones.
    sys.modules.setdefault("tests.benchmarks.gate", sys.modules[__name__])
    main()
