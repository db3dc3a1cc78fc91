"""Checks of what the site knows about its tenant, how long it waits for it, and the roles it is told."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from accounts import conf
from accounts.auth0.client_assertion import is_assertion_key
from accounts.auth0.tenant import DEMO_PREFIX, domain, is_loopback, management_client, web_client

BARE_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")
# Auth0 drops custom claims under its own names:
# https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
RESERVED_HOSTS = ("auth0.com", "webtask.io", "webtask.run")

E001 = Error(
    "AUTH0_DOMAIN is not set, so nobody can sign in.",
    hint="Set it to your tenant's domain, such as your-tenant.eu.auth0.com.",
    id="accounts.E001",
)
E002 = Error(
    "AUTH0_DOMAIN is more than a domain.",
    hint="Leave out https:// and slashes; http is spoken to a tenant on this machine alone, and by itself.",
    id="accounts.E002",
)
E003 = Error(
    "AUTH0_CLIENT_ID or AUTH0_CLIENT_SECRET is not set, so nobody can sign in.",
    hint="Copy both from the settings of the Regular Web Application that you made at Auth0; in place of the "
    "secret, AUTH0_CLIENT_ASSERTION_KEY may hold a key.",
    id="accounts.E003",
)
E004 = Error(
    "A secret is a demo one, which is published with this project, and the tenant is not on this machine.",
    hint=f"Replace SECRET_KEY and every AUTH0_*_SECRET that starts with {DEMO_PREFIX!r}.",
    id="accounts.E004",
)
E005 = Error(
    "AUTH0_ROLES_CLAIM is not a URL of your own, so Auth0 leaves the claim out of tokens.",
    hint="Name it like https://your-site.example/roles, and set it by an Action after login.",
    id="accounts.E005",
)
E006 = Error(
    "AUTH0_MGMT_DOMAIN is more than a domain.",
    hint="Leave out https:// and slashes: your-tenant.eu.auth0.com, where AUTH0_DOMAIN is a custom domain.",
    id="accounts.E006",
)
E007 = Error(
    "AUTH0_CLIENT_SECRET and AUTH0_CLIENT_ASSERTION_KEY are both set, and Auth0 takes one of them.",
    hint="Leave out the one that isn't the application's Authentication Method.",
    id="accounts.E007",
)
E008 = Error(
    "AUTH0_CLIENT_ASSERTION_KEY is no RSA key of 2048 bits or more, so nobody can sign in.",
    hint="Set it to a private key in PEM, without a password, and register its public half at Auth0.",
    id="accounts.E008",
)
E009 = Error(
    "AUTH0_METHODS_CLAIM is not a URL of your own, or is the roles' claim, so nothing can be read from it.",
    hint="Name it like https://your-site.example/methods, and run mfa_actions deploy. Empty: it is not read.",
    id="accounts.E009",
)
W001 = Caution(
    "AUTH0_ROLES_CLAIM is not set: signing in makes nobody staff, and leaves whoever is as they are.",
    hint="Set it to the claim that an Action of yours puts roles into, such as https://your-site.example/roles.",
    id="accounts.W001",
)
W002 = Caution(
    "Neither AUTH0_STAFF_ROLE nor AUTH0_SUPERUSER_ROLE is set: nobody becomes staff.",
    hint="Set them to the names of two roles at your tenant.",
    id="accounts.W002",
)
W003 = Caution(
    "AUTH0_DOMAIN is on this machine: that is a demo tenant, and anybody may sign in as anybody.",
    hint="Set AUTH0_DOMAIN to your tenant at Auth0.",
    id="accounts.W003",
)


def messages() -> Iterator[CheckMessage]:
    if not domain():
        yield E001
    elif not BARE_DOMAIN.fullmatch(domain()):
        yield E002
    managed_at = getattr(settings, "AUTH0_MGMT_DOMAIN", "")
    if managed_at and not BARE_DOMAIN.fullmatch(managed_at):
        yield E006
    client = web_client()
    if not client.is_complete:
        yield E003
    if client.client_secret and client.assertion_key:
        yield E007
    if client.assertion_key and not is_assertion_key(client.assertion_key):
        yield E008
    is_elsewhere = any(name and not is_loopback(name) for name in (domain(), managed_at))
    if is_elsewhere and any(secret.startswith(DEMO_PREFIX) for secret in _secrets()):
        yield E004
    yield from _roles()
    yield from _methods()
    yield from _waiting()


def deployment_messages() -> Iterator[CheckMessage]:
    if is_loopback(domain()):
        yield W003


def _secrets() -> tuple[str, ...]:
    return (
        settings.SECRET_KEY,
        *settings.SECRET_KEY_FALLBACKS,
        web_client().client_secret,
        web_client().assertion_key,
        management_client().client_secret,
    )


def _methods() -> Iterator[CheckMessage]:
    claim = conf.methods_claim()
    if claim and (not _is_own_url(claim) or claim == conf.roles().claim):
        yield E009


def _roles() -> Iterator[CheckMessage]:
    roles = conf.roles()
    if not roles.claim:
        yield W001
        return
    if not _is_own_url(roles.claim):
        yield E005
    if not (roles.staff or roles.superuser):
        yield W002


def _is_own_url(claim: str) -> bool:
    parts = urlsplit(claim)
    host = parts.hostname or ""
    is_reserved = any(host == name or host.endswith(f".{name}") for name in RESERVED_HOSTS)
    return parts.scheme in {"http", "https"} and bool(host) and not is_reserved


# A worker that waits longer than this for the tenant is not there for anybody else.
LONG_WAIT = 15.0
NUMBERS: dict[str, Callable[[], float]] = {
    "TENANT_CONNECT_TIMEOUT": conf.connect_timeout,
    "TENANT_READ_TIMEOUT": conf.read_timeout,
    "TENANT_REQUEST_TIMEOUT": conf.request_timeout,
}

E040 = "accounts.E040"
W040 = Caution(
    "The site waits very long for the tenant; its workers would all be waiting when the tenant hangs.",
    hint="Keep TENANT_CONNECT_TIMEOUT, TENANT_READ_TIMEOUT, TENANT_RETRY_BUDGET and TENANT_REQUEST_TIMEOUT "
    "at a few seconds each.",
    id="accounts.W040",
)


def _waiting() -> Iterator[CheckMessage]:
    wrong = [name for name, read in NUMBERS.items() if not is_positive(read)]
    for name in wrong:
        yield Error(f"{name} is not a number above 0.", hint="It counts seconds.", id=E040)
    if not is_positive(lambda: conf.retry_budget() + 1):
        yield Error("TENANT_RETRY_BUDGET is not a number from 0 up.", hint="It counts seconds.", id=E040)
    elif not wrong and max(conf.retry_budget(), *(read() for read in NUMBERS.values())) > LONG_WAIT:
        yield W040


def is_positive(read: Callable[[], Any]) -> bool:
    """Say whether a setting can be read, and is a number or a duration above 0."""
    try:
        value = read()
        return bool(value > (timedelta() if isinstance(value, timedelta) else 0))
    except (TypeError, ValueError, OverflowError):
        return False
