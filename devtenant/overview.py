"""What a tenant tells whoever started it: where it is, its applications and its people."""

from __future__ import annotations

from typing import Any

from devtenant.records import User
from devtenant.store import Store


def facts(tenant: Store) -> dict[str, Any]:
    """The line of `--json`."""
    names = {"demo-web": "web", "demo-management": "management"}
    clients = {
        names.get(client.client_id, client.client_id): {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
        }
        for client in tenant.clients.values()
    }
    return {
        "base_url": tenant.base_url,
        "clients": clients,
        "users": [_person(user) for user in tenant.users.values()],
    }


def text(tenant: Store) -> str:
    """The same for people."""
    lines = [f"Local Auth0 tenant at {tenant.base_url} (phone: {tenant.base_url}/dev/phone). People:"]
    for person in facts(tenant)["users"]:
        factors = ", ".join(person["factors"]) or "no factor"
        lines.append(f"  {person['email']:24} {person['password'] or 'through Google':18} {factors}")
    return "\n".join(lines)


def _person(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "password": user.password,
        "sub": user.user_id,
        "roles": list(user.roles),
        "factors": [method.type for method in user.methods],
    }
