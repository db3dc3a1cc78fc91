"""Checks of how the site puts the parts together: apps, backends, URLs, templates."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.core.exceptions import FieldDoesNotExist
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

BACKEND = "accounts.login.backend.Auth0Backend"
UNSAFE_SWITCHES = {
    "USE_PKCE": False,
    "SANITIZE_REDIRECTS": False,
    "VERIFY_SSL": False,
    "ALLOW_INACTIVE_USERS_LOGIN": True,
    "INACTIVE_USER_LOGIN": True,
}
CONTEXT_PROCESSOR = "accounts.context_processors.account_security"
# A page of each, what it is given, and the line that mounts it.
MOUNTED: tuple[tuple[str, list[str], str], ...] = (
    ("accounts:sign-in", [], 'path("", include("enrollment.site_urls"))'),
    ("social:complete", ["auth0"], 'path("auth/", include("accounts.social_urls"))'),
)

E019 = Error(
    "social_django is missing from INSTALLED_APPS: there is no table to know people by.",
    hint='Add "social_django" to INSTALLED_APPS, and run manage.py migrate.',
    id="accounts.E019",
)
E022 = Error(
    "Auth0Backend is missing, so nobody can sign in.",
    hint=f"Add {BACKEND!r} to AUTHENTICATION_BACKENDS.",
    id="accounts.E022",
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
    "LOGIN_URL leads to no page of this site.",
    hint='Set LOGIN_URL = "/sign-in/", or wherever accounts:sign-in is mounted.',
    id="accounts.W021",
)


def messages() -> Iterator[CheckMessage]:
    if not apps.is_installed("social_django"):
        yield E019
    yield from _backends(list(settings.AUTHENTICATION_BACKENDS))
    yield from _switches()
    yield from _user_model()
    yield from _pages()


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
    for name, args, line in MOUNTED:
        try:
            reverse(name, args=args)
        except NoReverseMatch:
            yield Error(
                f"No URL of this site leads to {name}.", hint=f"Add to urls.py: {line}", id="accounts.E033"
            )
    if not _is_there(settings.LOGIN_URL):
        yield W021


def _is_there(login_url: str) -> bool:
    """Tell whether an address of this site leads to a page; one of another site is its own business."""
    try:
        resolve(urlsplit(resolve_url(login_url)).path)
    except (NoReverseMatch, Resolver404):
        return bool(urlsplit(str(login_url)).netloc)
    return True
