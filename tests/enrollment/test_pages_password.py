"""Changing the password: the email that is asked for, and what is said of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from enrollment.models.activity import ActivityEvent
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser

People = Callable[..., Person]
PASSWORD = "/account/security/password/"
ASK = "POST /dbconnections/change_password"
USER = "GET /api/v2/users/*"
BUTTON = "Email me a link"
NEW = "quite-Another-1"


@pytest.fixture
def tess(person: People) -> Person:
    tess = person("tess")
    tess.sign_in()
    return tess


def press(who: Person) -> Any:
    return who.follow(who.press(who.client.get(PASSWORD), BUTTON))


def trail() -> list[str]:
    return [f"{row.action} {row.outcome}" for row in ActivityEvent.objects.order_by("pk")]


def mailed(tenant: Tenant) -> list[str]:
    return [message["to"] for message in tenant.messages() if "reset-password" in message["text"]]


def test_account_page_leads_to_a_link_that_changes_the_password(tess: Person, tenant: Tenant) -> None:
    assert f'href="{PASSWORD}"' in tess.client.get("/account/security/").content.decode()

    said = press(tess)

    assert "We sent a link to tess@example.test" in text_of(said)
    assert mailed(tenant) == ["tess@example.test"]
    assert trail() == ["password:link-sent done"]
    link = re.search(r"http\S+", tenant.messages()[-1]["text"])
    assert link
    browser = TenantBrowser(tenant.base_url)
    page = browser.open(link[0])
    assert isinstance(page, Page)
    browser.submit(page.form("password"), password=NEW, again=NEW)
    assert tenant.user(tess.account)["password"] == NEW


def test_address_is_the_tenants_and_not_the_one_noted_here(tess: Person, tenant: Tenant) -> None:
    """It was changed at the tenant since, or a host site lets people write what they like."""
    get_user_model().objects.update(email="thief@example.test")

    said = press(tess)

    assert "thief" not in text_of(said)
    assert mailed(tenant) == ["tess@example.test"]


def test_person_and_not_this_site_is_counted_by_the_tenant(tess: Person, tenant: Tenant) -> None:
    tenant.exchanges()
    press(tess)
    (call,) = tenant.exchanges("/dbconnections/")
    assert "client_secret" not in call["request_body"]
    assert call["request_headers"]["Auth0-Forwarded-For"] == "127.0.0.1"


def test_second_link_within_a_minute_is_not_sent(tess: Person, tenant: Tenant, elapse: Clock) -> None:
    press(tess)
    assert "less than 60 seconds ago" in text_of(press(tess))
    assert len(mailed(tenant)) == 1
    assert trail() == ["password:link-sent done"]


@pytest.mark.parametrize(
    ("fault", "said", "outcome"),
    [
        ({"drop": True, "after": True}, "The email may be on its way", "unknown"),
        ({"status": 500}, "The email may be on its way", "unknown"),
        ({"status": 202}, "The email may be on its way", "unknown"),
        ({"status": 400, "body": '{"error": "invalid_request"}'}, "It was not done", "failed"),
        ({"status": 429, "headers": {"retry-after": "60"}}, "being asked too often", "failed"),
    ],
)
def test_answer_that_is_no_yes_is_told_as_what_it_is(
    tess: Person, tenant: Tenant, fault: dict[str, Any], said: str, outcome: str
) -> None:
    tenant.fault(ASK, **fault)
    page = press(tess)
    assert said in text_of(page)
    assert "We sent a link" not in text_of(page)
    assert trail() == [f"password:link-sent {outcome}"]


def test_tenant_that_does_not_say_whose_password_it_is_has_nothing_sent(tess: Person, tenant: Tenant) -> None:
    tenant.fault(USER, status=403)
    assert "does not let this site do that" in text_of(press(tess))
    assert mailed(tenant) == []


def test_locked_account_may_change_its_password(tess: Person, tenant: Tenant) -> None:
    answer = tess.follow(tess.client.post("/account/security/not-me/"))
    assert f'href="{PASSWORD}"' in answer.content.decode()
    assert "We sent a link" in text_of(press(tess))


def test_account_of_another_company_is_told_so_and_sends_nothing(person: People, tenant: Tenant) -> None:
    gus = person("gus")
    gus.sign_in()
    page = gus.client.get(PASSWORD)
    assert heading_of(page) == "Change password"
    assert BUTTON not in page.content.decode()
    gus.client.post(PASSWORD)
    assert mailed(tenant) == []


def test_password_managers_find_the_page(tess: Person, person: People) -> None:
    assert tess.client.get("/.well-known/change-password")["Location"] == PASSWORD
    assert tess.client.get("/.well-known/resource-that-should-not-exist").status_code == 404
