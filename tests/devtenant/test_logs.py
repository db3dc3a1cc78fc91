"""The tenant's log of a person: who, from where, with what; and what tests may add to it."""

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser


def logged(tenant: Tenant, kind: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tenant.read(f"logs?type={kind}")
    return found


def test_sign_in_is_logged_with_browser_place_and_application(tenant: Tenant) -> None:
    Application(tenant).sign_in(TenantBrowser(tenant.base_url), "nia@example.test")

    (entry,) = logged(tenant, "s")
    assert entry["ip"] in ("127.0.0.1", "::1")
    assert entry["user_agent"] == "Mozilla/5.0 (test browser)"
    assert entry["isMobile"] is False
    assert entry["client_name"] == "Demo site"
    assert entry["location_info"]["city_name"] == "Lund"  # type: ignore[index]


def test_place_is_a_setting_and_may_be_unknown(tenant: Tenant) -> None:
    tenant.set_settings(location={})
    Application(tenant).sign_in(TenantBrowser(tenant.base_url), "nia@example.test")

    assert "location_info" not in logged(tenant, "s")[0]


def test_entries_of_elsewhere_can_be_added(tenant: Tenant) -> None:
    tenant.control("logs", [{"type": "gd_unenroll", "user_id": tenant["tess"].sub}])

    (entry,) = logged(tenant, "gd_unenroll")
    assert entry["log_id"]
    assert entry["date"]
