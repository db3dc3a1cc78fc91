"""Checks of step-up: its window and rules, the middleware that asks, and where what was proved is kept."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from accounts import conf
from accounts.signals import somebody_keeps_a_list
from accounts.step_up.rules import path_rules

LONGEST_WINDOW = timedelta(hours=12)

E010 = Error(
    "STEP_UP_MAX_AGE is not a number of seconds above 0.",
    hint="900, a quarter of an hour, is the default.",
    id="accounts.E010",
)
E011 = Error(
    "STEP_UP_MAX_AGE is longer than twelve hours, which is no step-up any more.",
    hint="Choose minutes rather than hours; 900 is the default.",
    id="accounts.E011",
)
E013 = Error(
    "STEP_UP_RULES asks for a passkey or security key: without AUTH0_METHODS_CLAIM that opens for nobody.",
    hint="Set AUTH0_METHODS_CLAIM, and bring the Action to the tenant: mfa_actions deploy, then bind claims.",
    id="accounts.E013",
)
W010 = Caution(
    "SESSION_COOKIE_AGE is shorter than STEP_UP_MAX_AGE: sessions end before a proof does.",
    hint="Make sessions last at least as long as the window of a step-up.",
    id="accounts.W010",
)
W011 = Caution(
    "Nothing here knows who has a second factor: one that is enrolled during a step-up counts at once.",
    hint="Add `enrollment` to INSTALLED_APPS, or answer the signal `accounts.signals.second_factor_asked`; "
    "the Action must ask nobody who has none (docs/tenant.md).",
    id="accounts.W011",
)


def messages() -> Iterator[CheckMessage]:
    yield from _middleware()
    yield from _sessions()
    if not somebody_keeps_a_list():
        yield W011
    if not _is_a_number():
        yield E010
        return
    if conf.step_up_window() > LONGEST_WINDOW:
        yield E011
    if conf.step_up_window().total_seconds() > settings.SESSION_COOKIE_AGE:
        yield W010
    yield from _rules()


def _is_a_number() -> bool:
    try:
        return conf.step_up_window() > timedelta()
    except (TypeError, ValueError, OverflowError):
        return False


def _rules() -> Iterator[CheckMessage]:
    try:
        asked = [rule.requirement for rule in path_rules()]
        if any(each.phishing_resistant_within for each in asked) and not conf.methods_claim():
            yield E013
    except (TypeError, ValueError) as problem:
        yield Error(
            f"STEP_UP_RULES cannot be read: {problem}.",
            hint='A rule is a path such as "/billing/", or {"path": "/billing/", "mfa_within": 300}.',
            id="accounts.E012",
        )


IN_DATABASE = 'Use "django.contrib.sessions.backends.db" as SESSION_ENGINE.'
CACHED = (".cache", ".cached_db")

E030 = Error(
    "Sessions are kept in cookies: an old cookie would bring an old proof back, and nobody could end it.",
    hint=IN_DATABASE,
    id="accounts.E030",
)
E031 = Error(
    "SESSION_COOKIE_SAMESITE is Strict: the browser leaves the session out when Auth0 sends people back.",
    hint='Set SESSION_COOKIE_SAMESITE = "Lax".',
    id="accounts.E031",
)
E032 = Error(
    "Sessions are kept in the cache: without it nobody is signed in, and with an old one back, sessions that "
    "were ended are open again, what was proved in them included.",
    hint=IN_DATABASE,
    id="accounts.E032",
)


def _sessions() -> Iterator[CheckMessage]:
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        yield E030
    if settings.SESSION_ENGINE.endswith(CACHED):
        yield E032
    if str(settings.SESSION_COOKIE_SAMESITE).lower() == "strict":
        yield E031


STEP_UP = "accounts.middleware.StepUpMiddleware"
SESSION_LIST = "accounts.middleware.SessionListMiddleware"
LANGUAGE = "accounts.middleware.LanguageMiddleware"
DEADLINE = "accounts.middleware.TenantDeadlineMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
BEFORE_STEP_UP = (SESSION, "django.middleware.csrf.CsrfViewMiddleware", AUTHENTICATION)
AFTER_STEP_UP = "django.contrib.auth.middleware.LoginRequiredMiddleware"

E020 = Error(
    "StepUpMiddleware is missing: the admin and STEP_UP_RULES are not gated.",
    hint=f"Add {STEP_UP!r} to MIDDLEWARE, after AuthenticationMiddleware.",
    id="accounts.E020",
)
E021 = Error(
    "StepUpMiddleware is in the wrong place.",
    hint="It comes after session, CSRF and authentication middleware, before LoginRequiredMiddleware.",
    id="accounts.E021",
)
E029 = Error(
    "SessionListMiddleware is missing or in the wrong place: sessions that were ended stay open.",
    hint=f"Put {SESSION_LIST!r} right after AuthenticationMiddleware, before LanguageMiddleware and "
    "StepUpMiddleware.",
    id="accounts.E029",
)
W022 = Caution(
    "TenantDeadlineMiddleware is missing or not the first: a page may wait for the tenant without end.",
    hint=f"Put {DEADLINE!r} at the top of MIDDLEWARE.",
    id="accounts.W022",
)


def _middleware() -> Iterator[CheckMessage]:
    names = list(settings.MIDDLEWARE)
    if STEP_UP not in names:
        yield E020
    elif not _in_order([*BEFORE_STEP_UP, STEP_UP], names) or (
        AFTER_STEP_UP in names and not _in_order([STEP_UP, AFTER_STEP_UP], names)
    ):
        yield E021
    if not _ends_sessions_first(names):
        yield E029
    if names[:1] != [DEADLINE]:
        yield W022


def _ends_sessions_first(names: list[str]) -> bool:
    """Tell whether nothing that looks at the visitor comes before an ended session is signed out."""
    if not _in_order([SESSION, AUTHENTICATION, SESSION_LIST], names):
        return False
    return not {LANGUAGE, STEP_UP, AFTER_STEP_UP} & set(names[: names.index(SESSION_LIST)])


def _in_order(wanted: Sequence[str], names: list[str]) -> bool:
    places = [names.index(name) for name in wanted if name in names]
    return len(places) == len(wanted) and places == sorted(places)
