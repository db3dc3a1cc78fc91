"""Checks of how the site puts the parts together: apps, backends, URLs, templates, branding."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.module_loading import import_string

from accounts import conf
from accounts.conf import HEX_COLOUR

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
    ("social:complete", [conf.provider()], 'path("auth/", include("accounts.social_urls"))'),
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
E028 = Error(
    "Two of AUTHENTICATION_BACKENDS go by the same name, and social-auth uses one of them.",
    hint=f"Leave the other out, and keep {BACKEND!r}; AUTH0_PROVIDER is the name that your rows have.",
    id="accounts.E028",
)
W023 = Caution(
    "A backend lets people in by a password of this site, past Auth0 and its second factors.",
    hint="Every gate asks them for a proof that they cannot give; keep it if that is meant. For permissions "
    "alone there is accounts.login.backend.PermissionsBackend.",
    id="accounts.W023",
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
    yield from _pages()
    yield from _branding()


def _backends(names: list[str]) -> Iterator[CheckMessage]:
    if BACKEND not in names:
        yield E022
    backends = []
    for name in names:
        try:
            backends.append(import_string(name))
        except ImportError:
            yield Error(
                f"AUTHENTICATION_BACKENDS names {name}, which is not there.",
                hint="Correct the path, or install the package it is in.",
                id="accounts.E034",
            )
    called = [backend.name for backend in backends if hasattr(backend, "name")]
    if len(called) != len(set(called)):
        yield E028
    if any(issubclass(b, ModelBackend) and b.authenticate is ModelBackend.authenticate for b in backends):
        yield W023


def _switches() -> Iterator[CheckMessage]:
    for switch, unsafe in UNSAFE_SWITCHES.items():
        for name in (f"SOCIAL_AUTH_{switch}", f"SOCIAL_AUTH_{_setting_name()}_{switch}"):
            if getattr(settings, name, None) is unsafe:
                yield Error(
                    f"{name} = {unsafe} takes away a protection of signing in.",
                    hint="Leave it out.",
                    id="accounts.E026",
                )


def _setting_name() -> str:
    """Return the backend's part of social-auth's setting names."""
    return conf.provider().upper().replace("-", "_")


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


# WCAG 2.2, 1.4.3: what text on a button needs.
READABLE = 4.5

E050 = Error(
    "ACCOUNT_SECURITY_BASE_TEMPLATE names a template that is not there.",
    hint="Name one of yours that has the blocks `title`, `head` and `content`, or leave the setting out.",
    id="accounts.E050",
)
E051 = Error(
    "ACCOUNT_SECURITY_ACCENT is not a colour.",
    hint="Write it as #rrggbb, such as #0c5a4b.",
    id="accounts.E051",
)
W050 = Caution(
    "White text on ACCOUNT_SECURITY_ACCENT is hard to read.",
    hint="Choose a darker colour: a contrast of 4.5 to 1 or more.",
    id="accounts.W050",
)


def _branding() -> Iterator[CheckMessage]:
    try:
        get_template(conf.base_template())
    except TemplateDoesNotExist:
        yield E050
    accent = conf.branding().accent
    if accent and not HEX_COLOUR.fullmatch(accent):
        yield E051
    elif accent and _contrast_with_white(accent) < READABLE:
        yield W050


def _contrast_with_white(colour: str) -> float:
    """Return the contrast ratio by WCAG's formula."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004 - sRGB
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
