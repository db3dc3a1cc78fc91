"""The account-security page, against the real tenant."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mfaproject.users.models import User
from tests.enrollment.reading import MANAGEMENT, SECURITY, links_of, text_of
from tests.support.actions import SIGN_IN, install_actions
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
APP = {"type": "totp", "id": "totp|dev_tess_totp", "confirmed": True}
METHODS_ROUTE = "GET /api/v2/users/*/authentication-methods"


def kinds_offered(page: Any) -> list[str]:
    return [link.split("/")[-2] for link in links_of(page, "/") if "/add/" in link]


def test_security_page_of_a_stranger_leads_to_sign_in_and_back(person: People) -> None:
    response = person("tess").client.get(SECURITY)

    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/account/security/"


def test_security_page_lists_factors_masked_and_says_how_well_they_protect(person: People) -> None:
    tess = person("tess")
    install_actions(tess.tenant, SIGN_IN)
    page = tess.open(SECURITY)

    said = text_of(page)
    assert "Well protected" in said
    assert "Codes can be intercepted" in said
    assert "Authenticator app" in said
    assert "Phone" in said
    assert "Recovery code Made" in said
    phone = next(m for m in tess.tenant.user(tess.account)["methods"] if m["type"] == "phone")
    assert phone["phone_number"] not in page.content.decode()
    assert phone["phone_number"][-2:] in said


def test_security_page_without_factors_says_so_and_offers_every_kind_strongest_first(person: People) -> None:
    page = person("nia").open(SECURITY)

    said = text_of(page)
    assert "No second factor" in said
    assert "None yet" in said
    assert kinds_offered(page) == [
        *("webauthn-roaming", "webauthn-platform", "passkey"),
        *("push", "totp", "phone", "email"),
    ]


def test_security_page_offers_what_the_tenant_has_switched_on_once_that_is_known(
    person: People, tenant: Tenant
) -> None:
    tenant.set_settings(factors={"sms": False, "webauthn-roaming": False, "push-notification": False})
    nia = person("nia")
    nia.open(f"{SECURITY}add/totp/")

    assert kinds_offered(nia.client.get(SECURITY)) == [
        *("webauthn-platform", "passkey", "totp", "email"),
    ]


def test_passkey_card_says_that_it_resists_phishing_and_where_it_lives(person: People) -> None:
    said = text_of(person("pat").open(SECURITY))

    assert "Passkey" in said
    assert "Phishing-resistant" in said
    assert ("Synced to your devices" in said) or ("On one device only" in said)


def test_security_page_cold_makes_one_management_call_and_warm_none(person: People, tenant: Tenant) -> None:
    # The site's own token is got once for everybody.
    person("nia").open(SECURITY)
    tess = person("tess")
    tess.sign_in()
    tenant.exchanges()

    tess.client.get(SECURITY)
    assert len(tenant.exchanges()) == 1
    tess.client.get(SECURITY)
    assert tenant.exchanges() == []


def test_security_page_is_never_cached_and_tells_other_sites_nothing(person: People) -> None:
    page = person("tess").open(SECURITY)

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_security_page_with_the_tenant_down_shows_what_was_last_known(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    elapse(120)
    tenant.fault(METHODS_ROUTE, status=503)

    page = tess.client.get(SECURITY)

    said = text_of(page)
    assert page.status_code == 200
    assert "The sign-in service has a problem of its own." in said
    assert "This page shows what was last known, 2 minutes ago" in said
    assert "Authenticator app" in said
    assert "Check again" not in said


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"body": "<html>"}, {"drop": True}],
    ids=["error", "nonsense", "dropped"],
)
def test_security_page_with_nothing_known_claims_nothing(
    person: People, tenant: Tenant, fault: dict[str, object]
) -> None:
    tenant.fault(METHODS_ROUTE, **fault)

    page = person("tess").open(SECURITY)

    said = text_of(page)
    assert page.status_code == 200
    assert "Your ways to sign in cannot be shown right now." in said
    assert "protected" not in said
    assert "None yet" not in said
    assert not links_of(page, "/remove/")


def test_factor_of_an_unknown_kind_is_shown_and_cannot_be_touched(person: People, tenant: Tenant) -> None:
    hologram = {"id": "hologram|dev_1", "type": "hologram", "created_at": "2026-01-01T00:00:00.000Z"}
    listing = {"start": 0, "limit": 100, "total": 1, "authenticators": [hologram]}
    tenant.fault(
        METHODS_ROUTE, status=200, body=json.dumps(listing), headers={"content-type": "application/json"}
    )

    page = person("nia").open(SECURITY)

    assert "Unknown kind (hologram)" in text_of(page)
    assert not links_of(page, "/remove/")
    assert not links_of(page, "/rename/")


def test_last_factor_of_staff_has_no_remove_button_but_the_reason(person: People) -> None:
    page = person("ada").open(SECURITY)

    assert not links_of(page, "/remove/")
    assert "This is the last second factor of a staff account" in text_of(page)


@pytest.mark.parametrize("visit", ["/account/security/", "/account/security/totp%7Cdev_tess_totp/remove/"])
def test_last_factor_has_no_remove_button_where_everybody_is_asked(
    person: People, tenant: Tenant, visit: str
) -> None:
    tess = person("tess")
    tenant.add_user(sub=tess.account.sub, email=tess.account.email, factors=[APP])
    tenant.set_settings(policies=["all-applications"])
    page = tess.open(SECURITY)

    assert not links_of(page, "/remove/")
    said = text_of(tess.open(visit))
    assert "This is the last second factor, and this site demands one of everybody." in said


def test_session_card_says_what_was_proved_and_how_long_it_holds(
    person: People, elapse: Clock, tenant: Tenant
) -> None:
    tess = person("tess")
    assert "No second factor confirmed yet." in text_of(tess.open(SECURITY))

    tess.step_up(SECURITY)
    said = text_of(tess.client.get(SECURITY))
    assert "Second factor confirmed just now." in said
    assert "without being asked again; 14 minutes left" in said

    elapse(16 * 60)
    assert "that then counts for 15 minutes" in text_of(tess.client.get(SECURITY))


def test_check_again_reads_anew_but_not_in_a_row(person: People, tenant: Tenant, elapse: Clock) -> None:
    tess = person("tess")
    page = tess.open(SECURITY)
    tenant.exchanges()

    tess.follow(tess.press(page, "Check again"))
    assert tenant.exchanges(MANAGEMENT) == []

    elapse(6)
    tess.follow(tess.press(page, "Check again"))
    assert len(tenant.exchanges(MANAGEMENT)) == 1


@pytest.mark.django_db
def test_account_that_never_came_from_the_tenant_is_told_so(client: Client) -> None:
    client.force_login(User.objects.create_user("local"))

    page = client.get(SECURITY)

    assert page.status_code == 409
    assert "does not sign in through the sign-in service" in text_of(page)
