"""Recovery codes, tickets, remembered browsers and resets through the Management API."""

import re

import pytest
from auth0.management import Auth0
from auth0.management.errors import BadRequestError, NotFoundError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Account, Tenant


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


def kinds(api: Auth0, account: Account) -> list[str]:
    fixed = {"password", "email-verification"}
    found = [method.type for method in api.users.authentication_methods.list(account.sub)]
    return [kind for kind in found if kind not in fixed]


def test_new_recovery_code_has_24_characters_and_replaces_the_old(tenant: Tenant, api: Auth0) -> None:
    before = tenant.user(tenant["tess"])["recovery_code"]
    code = api.users.regenerate_recovery_code(tenant["tess"].sub).recovery_code
    assert re.fullmatch(r"[A-Z0-9]{24}", code or "")
    assert code != before
    assert tenant.user(tenant["tess"])["recovery_code"] == code
    assert kinds(api, tenant["tess"]).count("recovery-code") == 1


@pytest.mark.parametrize("nick", ["nia", "pat"])
def test_new_recovery_code_without_an_enrollment_is_not_found(tenant: Tenant, api: Auth0, nick: str) -> None:
    with pytest.raises(NotFoundError):
        api.users.regenerate_recovery_code(tenant[nick].sub)


def test_ticket_leads_to_the_hosted_page(tenant: Tenant, api: Auth0) -> None:
    ticket = api.guardian.enrollments.create_ticket(user_id=tenant["nia"].sub)
    assert ticket.ticket_url == f"{tenant.base_url}/guardian/enroll?ticket={ticket.ticket_id}"
    assert tenant.messages("nia@example.test") == []


def test_ticket_with_send_mail_reaches_the_person(tenant: Tenant, api: Auth0) -> None:
    ticket = api.guardian.enrollments.create_ticket(user_id=tenant["nia"].sub, send_mail=True)
    assert [ticket.ticket_url in each["text"] for each in tenant.messages("nia@example.test")] == [True]


def test_ticket_to_another_address_goes_there_alone(tenant: Tenant, api: Auth0) -> None:
    api.guardian.enrollments.create_ticket(user_id=tenant["nia"].sub, send_mail=True, email="hr@example.test")
    assert [each["to"] for each in tenant.messages()] == ["hr@example.test"]


def test_ticket_for_a_user_nobody_has_is_not_found(api: Auth0) -> None:
    with pytest.raises(NotFoundError):
        api.guardian.enrollments.create_ticket(user_id="auth0|nobody")


def test_ticket_for_an_unknown_factor_is_refused(tenant: Tenant, api: Auth0) -> None:
    with pytest.raises(BadRequestError):
        api.guardian.enrollments.create_ticket(user_id=tenant["nia"].sub, factor="carrier-pigeon")


def test_forgetting_browsers_empties_the_list(tenant: Tenant, api: Auth0) -> None:
    browser = {"token": "demo", "created_at": 1.0, "last_used_at": 1.0}
    tenant.add_user(email="tess@example.test", remembered_browsers=[browser])
    api.users.multifactor.invalidate_remember_browser(tenant["tess"].sub)
    assert tenant.user(tenant["tess"])["remembered_browsers"] == []


def test_reset_of_authenticators_takes_all_but_passkeys(tenant: Tenant, api: Auth0) -> None:
    factors = [{"type": kind} for kind in ("passkey", "totp", "phone", "webauthn-roaming", "recovery-code")]
    account = tenant.add_user(email="many@example.test", factors=factors)
    api.users.authenticators.delete_all(account.sub)
    assert kinds(api, account) == ["passkey"]
    assert tenant.user(account)["recovery_code"] is None


def test_delete_of_a_provider_takes_its_kind_alone(tenant: Tenant, api: Auth0) -> None:
    api.users.multifactor.delete_provider(tenant["tess"].sub, "google-authenticator")
    assert kinds(api, tenant["tess"]) == ["phone", "recovery-code"]


def test_enrollments_of_a_user_are_the_first_confirmed_one(tenant: Tenant, api: Auth0) -> None:
    found = api.users.enrollments.get(tenant["tess"].sub)
    assert [(each.auth_method, each.status) for each in found] == [("authenticator", "confirmed")]
    assert api.users.enrollments.get(tenant["nia"].sub) == []


def test_enrollment_is_found_by_its_device_and_deleted(tenant: Tenant, api: Auth0) -> None:
    assert api.guardian.enrollments.get("sms|dev_tess_phone").phone_number == "+15555550123"
    api.guardian.enrollments.delete("dev_tess_phone")
    assert kinds(api, tenant["tess"]) == ["totp", "recovery-code"]
    with pytest.raises(BadRequestError):
        api.guardian.enrollments.get("dev_tess_phone")
