"""Logout tokens as the local tenant makes them, and sending one to the site."""

from typing import Any

from django.test import Client

from tests.support.tenant import Tenant

BACKCHANNEL = "/auth/backchannel-logout/"


def logout_token(tenant: Tenant, **members: Any) -> str:
    """Make one; `drop`, `header`, `key` and `alg` spoil it, all else are claims."""
    spoil = {name: members.pop(name) for name in ("drop", "header", "key", "alg") if name in members}
    made: dict[str, str] = tenant.control("logout-tokens", {"set": members, **spoil})
    return made["logout_token"]


def send(token: str, **extra: str) -> Any:
    """Post it as Auth0 does: no cookie, no browser."""
    body = {"logout_token": token, **extra}
    return Client(enforce_csrf_checks=True, headers={"host": "localhost:8000"}).post(
        BACKCHANNEL,
        "&".join(f"{name}={value}" for name, value in body.items()),
        content_type="application/x-www-form-urlencoded",
    )
