"""Pages shown from what was read earlier say as of when, the person's own and support's alike."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from tests.enrollment.admin_pages import security_of
from tests.enrollment.reading import MANAGEMENT, SECURITY, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import user_of

People = Callable[..., Person]
METHODS_ROUTE = "GET /api/v2/users/*/authentication-methods"
APP = "totp%7Cdev_tess_totp/"


def test_security_page_from_the_cache_says_as_of_when(
    person: People, elapse: Clock, tenant: Tenant, settings: Settings
) -> None:
    settings.FACTORS_FRESH_SECONDS = 300
    tess = person("tess")
    assert "As of just now" in text_of(tess.open(SECURITY))
    tenant.exchanges()
    elapse(125)

    page = tess.client.get(SECURITY)

    assert tenant.exchanges(MANAGEMENT) == []
    assert "As of 2 minutes ago" in text_of(page)


def test_support_page_from_the_cache_says_as_of_when(
    person: People, elapse: Clock, tenant: Tenant, settings: Settings
) -> None:
    settings.FACTORS_FRESH_SECONDS = 300
    person("tess").sign_in()
    sol = person("sol")
    path = security_of(user_of(tenant["tess"].sub))
    assert "As of just now" in text_of(sol.open(path))
    tenant.exchanges()
    elapse(125)

    page = sol.client.get(path)

    assert tenant.exchanges(MANAGEMENT) == []
    assert "As of 2 minutes ago" in text_of(page)


@pytest.mark.parametrize("ending", [f"{APP}remove/", f"{APP}rename/", "recovery-code/"])
def test_page_of_a_change_from_what_was_last_known_says_as_of_when(
    person: People, elapse: Clock, tenant: Tenant, ending: str
) -> None:
    tess = person("tess")
    assert "last known" not in text_of(tess.open(f"{SECURITY}{ending}"))
    elapse(120)
    tenant.fault(METHODS_ROUTE, status=503)

    page = tess.client.get(f"{SECURITY}{ending}")

    assert page.status_code == 200
    assert "This page shows what was last known, 2 minutes ago" in text_of(page)


@pytest.mark.parametrize("ending", [f"{APP}remove/", "recovery-code/", "reset/"])
def test_page_of_an_action_from_what_was_last_known_says_as_of_when(
    person: People, elapse: Clock, tenant: Tenant, ending: str
) -> None:
    person("tess").sign_in()
    sol = person("sol")
    path = security_of(user_of(tenant["tess"].sub), ending)
    assert "last known" not in text_of(sol.open(path))
    elapse(120)
    tenant.fault(METHODS_ROUTE, status=503)

    page = sol.client.get(path)

    assert page.status_code == 200
    assert "This is what was last known, 2 minutes ago" in text_of(page)


def test_session_card_says_with_what_it_was_proved(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.token_fault(set={"amr": ["pwd", "otp", "fed", "hwk", "sms", "mfa", "new-kind"]})

    tess.step_up(SECURITY)

    proved = (
        "Proved with: password, authenticator app, another provider's sign-in, security key, text message"
    )
    assert f"{proved}, new-kind." in text_of(tess.client.get(SECURITY))
