"""Adding a factor through the tenant's own enrollment page: where there is no other way, or by choice."""

import logging
from collections.abc import Callable

import pytest

from enrollment.models.activity import ActivityEvent
from tests.enrollment.reading import MANAGEMENT, SECURITY, heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]


LINKED_ONLY = ("webauthn-roaming", "webauthn-platform")


def add(kind: str) -> str:
    return f"{SECURITY}add/{kind}/" if kind in LINKED_ONLY else f"{SECURITY}add/{kind}/link/"


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform", "push", "totp", "phone"])
def test_add_page_explains_each_kind(person: People, kind: str) -> None:
    page = person("nia").open(add(kind))

    assert heading_of(page).startswith("Add")
    said = text_of(page)
    assert "come back to this site" in said
    assert ("cannot be added on this site" in said) is (kind in LINKED_ONLY)


@pytest.mark.parametrize("kind", ["password", "email", "hologram", "unknown"])
def test_add_page_of_what_cannot_be_added_is_not_found(person: People, kind: str) -> None:
    nia = person("nia")
    nia.open(add("totp"))

    assert nia.client.get(add(kind)).status_code == 404
    assert nia.client.post(add(kind)).status_code == 404


def test_add_first_factor_with_an_old_sign_in_asks_for_a_fresh_one(person: People, elapse: Clock) -> None:
    nia = person("nia")
    nia.open(SECURITY)
    elapse(16 * 60)

    response = nia.client.get(add("totp"))

    assert response["Location"].startswith("/step-up/")


def test_add_now_leads_to_the_tenants_page_and_logs_no_link(
    person: People, tenant: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    nia = person("nia")
    page = nia.open(add("totp"))

    response = nia.press(page, "Go there now")

    assert response.status_code == 303
    assert response["Location"].startswith(f"{tenant.base_url}/guardian/enroll?ticket=")
    assert response["Location"].partition("ticket=")[2] not in caplog.text
    event = ActivityEvent.objects.get()
    assert (event.action, event.factor_kind) == ("link:made", "totp")


def test_add_now_makes_the_list_be_read_anew(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    nia.press(nia.open(add("totp")), "Go there now")
    tenant.exchanges()

    nia.client.get(SECURITY)

    (about_her,) = tenant.exchanges(f"{MANAGEMENT}users/")
    assert about_her["path"].partition("?")[0].endswith("/authentication-methods")


def test_add_by_mail_sends_the_link_and_shows_none(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    page = nia.open(add("totp"))

    after = nia.follow(nia.press(page, "E-mail me the link"))

    assert f"A link is on its way to {nia.account.email}." in text_of(after)
    assert any("ticket=" in message["text"] for message in tenant.messages(nia.account.email))
    assert "ticket=" not in after.content.decode()


def test_mailed_link_that_is_unsure_says_to_check_the_inbox(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    page = nia.open(add("totp"))
    tenant.fault("POST /api/v2/guardian/enrollments/ticket", drop=True, after=True)
    said = text_of(nia.follow(nia.press(page, "E-mail me the link")))
    assert "The email may be on its way: check your inbox." in said
    assert "check the list" not in said


def test_add_of_a_kind_that_is_switched_off_says_so(person: People, tenant: Tenant) -> None:
    tenant.set_settings(factors={"sms": False})
    nia = person("nia")

    page = nia.open(add("phone"))

    assert "does not offer this at the moment" in text_of(page)
    assert "Go there now" not in text_of(page)
    assert "does not offer this kind" in text_of(nia.follow(nia.client.post(add("phone"), {"how": "go"})))


def test_add_with_the_tenant_failing_says_that_nothing_was_done(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    page = nia.open(add("totp"))
    tenant.fault("POST /api/v2/guardian/enrollments/ticket", status=500)

    after = nia.follow(nia.press(page, "Go there now"))

    assert heading_of(after) == "Account security"
    assert "The sign-in service has a problem of its own." in text_of(after)
