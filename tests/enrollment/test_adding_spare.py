"""A spare right after the first factor: by the same fresh sign-in, in the same session, and nothing else."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from accounts import conf
from accounts.auth0.claims import PAPE_MFA
from tests.accounts.steps import asked
from tests.enrollment.adding import Adder, add
from tests.enrollment.reading import SECURITY, heading_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
RECOVERY = f"{SECURITY}recovery-code/"
LINK = add("webauthn-roaming")


@pytest.fixture
def nia(person: People) -> Person:
    """Somebody who signed in, and added their first factor just now."""
    nia = person("nia")
    Adder(nia, "totp").add()
    return nia


def needs_mfa(who: Person, path: str) -> bool:
    """Whether the page leads to a step-up, and that asks for the second factor."""
    answer = who.client.get(path)
    if answer.status_code != 302 or urlsplit(answer["Location"]).path != "/step-up/":
        return False
    return asked(who.client.post("/step-up/", {"next": path})).get("acr_values") == PAPE_MFA


def test_spare_is_added_without_another_step_up(nia: Person, elapse: Clock) -> None:
    elapse(60)  # the tenant's limit of writes
    trips = len(nia.walks)
    added = Adder(nia, "phone").add()
    assert "is on your account" in heading_of(added)
    assert len(nia.walks) == trips


def test_link_for_a_spare_takes_no_other_step_up(nia: Person) -> None:
    assert not needs_mfa(nia, LINK)
    assert nia.client.post(LINK)["Location"].startswith(nia.tenant.base_url)


def test_no_other_recovery_code_is_made_by_that_sign_in(nia: Person) -> None:
    code = nia.tenant.user(nia.account)["recovery_code"]
    assert needs_mfa(nia, RECOVERY)
    nia.client.post(RECOVERY)
    assert nia.tenant.user(nia.account)["recovery_code"] == code


def test_first_factor_is_not_removed_by_that_sign_in(nia: Person) -> None:
    page = nia.client.get(SECURITY).content.decode()
    link = next(part for part in page.split('"') if part.endswith("/remove/"))
    assert needs_mfa(nia, link)
    nia.client.post(link)
    assert "totp" in [method["type"] for method in nia.tenant.user(nia.account)["methods"]]


def test_spare_after_the_window_asks_for_the_second_factor(nia: Person, elapse: Clock) -> None:
    elapse(conf.step_up_window().total_seconds() + 1)
    assert needs_mfa(nia, add("phone"))


def test_spare_in_another_session_asks_for_the_second_factor(nia: Person, person: People) -> None:
    """Somebody with the password alone is not let in by what the owner has just added."""
    thief = person("nia")
    thief.sign_in()
    assert needs_mfa(thief, add("phone"))
    assert needs_mfa(thief, LINK)


def test_spare_in_a_session_that_began_another_one_asks_for_the_second_factor(person: People) -> None:
    thief = person("nia")
    Adder(thief, "phone").begin()
    Adder(person("nia"), "totp").add()
    assert needs_mfa(thief, add("email"))


def test_second_factor_that_came_from_elsewhere_is_asked_for(
    nia: Person, tenant: Tenant, elapse: Clock
) -> None:
    tenant.add_user(sub=nia.account.sub, factors=[{"type": "phone"}])
    elapse(10)
    nia.client.post(SECURITY)
    assert needs_mfa(nia, add("email"))


def test_later_sign_in_of_the_same_session_asks_for_the_second_factor(nia: Person, elapse: Clock) -> None:
    elapse(conf.step_up_window().total_seconds() + 1)
    nia.come_back(nia.client.post("/auth/login/auth0/", {"next": SECURITY, "afresh": "1"}))
    assert needs_mfa(nia, add("phone"))
