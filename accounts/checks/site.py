"""Checks of how the site puts the parts together: middleware, backends, pipeline, templates."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.core.exceptions import FieldDoesNotExist
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

STEP_UP_MIDDLEWARE = "accounts.middleware.StepUpMiddleware"
BEFORE_STEP_UP = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
)
AFTER_STEP_UP = "django.contrib.auth.middleware.LoginRequiredMiddleware"
BACKEND = "accounts.login.backend.Auth0Backend"
# Each guards something the steps after it rely on; without the token step, adding a factor asks for ever.
PIPELINE_STEPS = tuple(
    f"accounts.login.pipeline.{step}"
    for step in (
        *("same_person", "email_is_verified", "proof_of_the_token", "person", "association"),
        *("fresh_roles", "recorded", "my_account_token", "landed"),
    )
)
UNSAFE_STEPS = (
    "social_core.pipeline.social_auth.associate_by_email",
    "social_core.pipeline.social_auth.associate_user",
    "social_core.pipeline.social_auth.load_extra_data",
)
UNSAFE_SWITCHES = {
    "USE_PKCE": False,
    "SANITIZE_REDIRECTS": False,
    "VERIFY_SSL": False,
    "ALLOW_INACTIVE_USERS_LOGIN": True,
    "INACTIVE_USER_LOGIN": True,
}
CONTEXT_PROCESSOR = "accounts.context_processors.account_security"

E020 = Error(
    "StepUpMiddleware is missing: the admin and STEP_UP_RULES are not gated.",
    hint=f"Add {STEP_UP_MIDDLEWARE!r} to MIDDLEWARE, after AuthenticationMiddleware.",
    id="accounts.E020",
)
E021 = Error(
    "StepUpMiddleware is in the wrong place.",
    hint="It comes after session, CSRF and authentication middleware, before LoginRequiredMiddleware.",
    id="accounts.E021",
)
E022 = Error(
    "Auth0Backend is missing, so nobody can sign in.",
    hint=f"Add {BACKEND!r} to AUTHENTICATION_BACKENDS.",
    id="accounts.E022",
)
E024 = Error(
    "SOCIAL_AUTH_PIPELINE lacks steps that keep sign-in safe, or has them in another order.",
    hint=f"Have these, in this order: {', '.join(PIPELINE_STEPS)}.",
    id="accounts.E024",
)
E025 = Error(
    "SOCIAL_AUTH_PIPELINE links accounts by e-mail or to whoever is signed in, or stores tokens.",
    hint=f"Take these out: {', '.join(UNSAFE_STEPS)}.",
    id="accounts.E025",
)
E027 = Error(
    "The user model has no unique field `sub`, by which people are known.",
    hint="Use accounts.User, or add such a field to yours.",
    id="accounts.E027",
)
W020 = Caution(
    "The context processor is missing: no base template, no branding, and forms lose what was typed.",
    hint=f"Add {CONTEXT_PROCESSOR!r} to the context processors in TEMPLATES.",
    id="accounts.W020",
)
W021 = Caution(
    "LOGIN_URL is not the page that people sign in from.",
    hint='Set LOGIN_URL = "/sign-in/", or wherever accounts:sign-in is mounted.',
    id="accounts.W021",
)


def messages() -> Iterator[CheckMessage]:
    yield from _middleware(list(settings.MIDDLEWARE))
    yield from _backends(list(settings.AUTHENTICATION_BACKENDS))
    yield from _pipeline(list(getattr(settings, "SOCIAL_AUTH_PIPELINE", ())))
    yield from _switches()
    yield from _user_model()
    yield from _pages()


def _middleware(names: list[str]) -> Iterator[CheckMessage]:
    if STEP_UP_MIDDLEWARE not in names:
        yield E020
    elif not _in_order([*BEFORE_STEP_UP, STEP_UP_MIDDLEWARE], names) or (
        AFTER_STEP_UP in names and not _in_order([STEP_UP_MIDDLEWARE, AFTER_STEP_UP], names)
    ):
        yield E021


def _backends(names: list[str]) -> Iterator[CheckMessage]:
    if BACKEND not in names:
        yield E022
    for name in names:
        backend = import_string(name)
        if issubclass(backend, ModelBackend) and backend.authenticate is ModelBackend.authenticate:
            yield Error(
                f"{name} lets people in by a password of this site, past Auth0 and its second factors.",
                hint="Use accounts.login.backend.PermissionsBackend, which answers for permissions alone.",
                id="accounts.E023",
            )


def _pipeline(steps: list[str]) -> Iterator[CheckMessage]:
    if not _in_order(PIPELINE_STEPS, steps):
        yield E024
    if set(steps) & set(UNSAFE_STEPS):
        yield E025


def _switches() -> Iterator[CheckMessage]:
    for switch, unsafe in UNSAFE_SWITCHES.items():
        for name in (f"SOCIAL_AUTH_{switch}", f"SOCIAL_AUTH_AUTH0_{switch}"):
            if getattr(settings, name, None) is unsafe:
                yield Error(
                    f"{name} = {unsafe} takes away a protection of signing in.",
                    hint="Leave it out.",
                    id="accounts.E026",
                )


def _user_model() -> Iterator[CheckMessage]:
    try:
        field = get_user_model()._meta.get_field("sub")  # noqa: SLF001  # Django's public name
    except FieldDoesNotExist:
        field = None
    if not getattr(field, "unique", False):
        yield E027


def _pages() -> Iterator[CheckMessage]:
    engines: list[dict[str, Any]] = settings.TEMPLATES
    processors = (engine.get("OPTIONS", {}).get("context_processors", ()) for engine in engines)
    if not any(CONTEXT_PROCESSOR in names for names in processors):
        yield W020
    try:
        if resolve_url(settings.LOGIN_URL) != reverse("accounts:sign-in"):
            yield W021
    except NoReverseMatch:
        yield W021


def _in_order(wanted: Sequence[str], names: list[str]) -> bool:
    places = [names.index(name) for name in wanted if name in names]
    return len(places) == len(wanted) and places == sorted(places)
