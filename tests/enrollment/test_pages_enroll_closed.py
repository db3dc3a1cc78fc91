"""Adding where the tenant lets nobody in, offers nothing, or is asked too often."""

import json
from collections.abc import Callable
from typing import Any

from tests.enrollment.adding import COLLECTION, NUMBER, Adder, add
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.forms import form_with
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
HOSTED = "own page instead"


def body(code: str, status: int, **members: Any) -> str:
    return json.dumps(
        {"type": f"https://auth0.com/api-errors/{code}", "status": status, "title": "T", "detail": "D"}
        | members
    )


def test_tenant_down_at_the_first_page_leads_back_and_says_why(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    nia.sign_in()
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)

    page = nia.open(add("totp"))

    assert heading_of(page) == "Account security"
    assert "has a problem of its own" in text_of(page)


def test_kind_that_is_switched_off_is_said_and_not_begun(person: People, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})
    nia = Adder(person("nia"), "totp")

    page = nia.open()

    assert "does not offer this for your account" in text_of(page)
    assert nia.who.client.post(add("totp")).status_code == 422
    assert not tenant.exchanges("/me/v1/")


def test_my_account_without_a_grant_offers_the_tenants_own_page_and_no_circle(
    person: People, tenant: Tenant
) -> None:
    tenant.control("clients", {"client_id": "demo-web", "user_grants": {}})
    nia = person("nia")

    refused = nia.open(add("totp"))
    assert refused.status_code == 403
    assert "See what else you can do" in text_of(refused)

    page = nia.client.get(add("totp"))
    assert page.status_code == 403
    assert HOSTED in text_of(page)
    assert nia.open(f"{add('totp')}link/").status_code == 200
    # Trying again is possible, and asks anew.
    assert nia.client.get(f"{add('totp')}?again")["Location"].startswith("/step-up/")


def test_my_account_closed_leaves_passkeys_to_support(person: People, tenant: Tenant) -> None:
    tenant.set_settings(my_account_active=False)
    nia = Adder(person("nia"), "passkey")
    nia.open()

    page = nia.give()

    assert page.status_code == 403
    assert "Ask support." in text_of(page)
    assert HOSTED not in text_of(page)


def test_budget_spent_holds_the_third_write_back_and_keeps_the_enrollment(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tenant.set_settings(plan="free", rate_limits=True)
    nia = Adder(person("nia"), "phone")
    nia.begin()
    nia.step = nia.confirm("000000")
    tenant.exchanges()

    page = nia.confirm()

    assert page.status_code == 429
    assert "It takes the next one in" in text_of(page)
    assert tenant.exchanges("/me/v1/") == []
    elapse(61)
    assert nia.confirm().status_code == 200


def test_budget_spent_before_beginning_keeps_what_was_typed(person: People, tenant: Tenant) -> None:
    tenant.set_settings(plan="free", rate_limits=True)
    who = person("nia")
    Adder(who, "totp").begin()
    Adder(who, "push").begin()
    nia = Adder(who, "phone")
    nia.open()

    page = nia.give()

    assert page.status_code == 429
    assert form_with(page.content.decode(), "number").fields["number"] == NUMBER


def test_budget_refused_by_the_tenant_itself_is_told_alike(person: People, tenant: Tenant) -> None:
    nia = Adder(person("nia"), "totp")
    nia.open()
    tenant.fault(COLLECTION, status=429, body=body("A0E-429-0001", 429))

    page = nia.give()

    assert "It takes the next one in 60 seconds" in text_of(page)
    assert page["Retry-After"]
