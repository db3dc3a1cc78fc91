"""What `mfa_doctor` found, by id, and ways to make the local tenant ill."""

from typing import Any

from tests.enrollment.console import Run
from tests.support.tenant import Tenant

SITE = "http://localhost:8000"
MANAGEMENT = "management"
NAMES = (
    *("push-notification", "sms", "email", "otp", "recovery-code"),
    *("webauthn-roaming", "webauthn-platform"),
)


def found(ended: Run) -> dict[str, tuple[str, str]]:
    """State and next step, by id."""
    return {each["id"]: (each["state"], each["next_step"]) for each in ended.json["findings"]}


def states(ended: Run) -> dict[str, str]:
    return {name: state for name, (state, _step) in found(ended).items()}


def grant(tenant: Tenant, **audiences: Any) -> None:
    """Change what a client may ask for."""
    tenant.control("clients", [audiences])


def switch_on_only(tenant: Tenant, name: str, **settings: Any) -> None:
    tenant.set_settings(factors={each: each == name for each in NAMES}, **settings)


def management_scopes(tenant: Tenant, *scopes: str) -> None:
    client_id = tenant.clients[MANAGEMENT]["client_id"]
    grant(tenant, client_id=client_id, grants={f"{tenant.base_url}/api/v2/": list(scopes)})


def my_account_scopes(tenant: Tenant, *scopes: str) -> None:
    client_id = tenant.clients["web"]["client_id"]
    grant(tenant, client_id=client_id, user_grants={f"{tenant.base_url}/me/": list(scopes)})
