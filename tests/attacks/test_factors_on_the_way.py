"""A second factor enrolled inside the tenant's own prompt, by whoever has the password: it proves nothing."""

from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest

from accounts.auth0.claims import HadFactor
from accounts.signals import second_factor_asked
from accounts.step_up.assurance import SESSION_KEY
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED, assert_closed, assert_open, begin_step_up
from tests.enrollment.adding import Adder
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support.actions import install_actions
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

LIST = "GET /api/v2/users/*/authentication-methods"
ADD_FIRST = "Add a two-factor method first"
HOURS = 2 * 3600

pytestmark = pytest.mark.usefixtures("gated_site")

# An Action that asks whoever comes, and so has people without a factor enroll one on the way.
ASKS_EVERYBODY = """
exports.onExecutePostLogin = async (event, api) => {
  if (event.transaction.acr_values.length > 0) api.multifactor.enable("any");
};
"""


@pytest.fixture
def nia(person: PersonMaker, elapse: Clock) -> Person:
    """Has no second factor, and signed in two hours ago."""
    somebody = person("nia")
    somebody.sign_in()
    elapse(HOURS)
    return somebody


def step_up_page(somebody: Person) -> Any:
    return somebody.client.get("/step-up/", {"next": GATED})


def methods(somebody: Person) -> list[str]:
    return [method["type"] for method in somebody.tenant.user(somebody.account)["methods"]]


def mfa_at(somebody: Person) -> int | None:
    found: int | None = somebody.client.session[SESSION_KEY]["mfa_at"]
    return found


@pytest.fixture
def tess(person: PersonMaker) -> Person:
    """Has a second factor, and has signed in without it."""
    somebody = person("tess")
    somebody.sign_in()
    return somebody


def calls(tenant: Tenant) -> list[str]:
    """What the tenant was asked since this was asked last, by the last word of each path."""
    return [urlsplit(call["path"]).path.rpartition("/")[2] for call in tenant.exchanges()]


def lists_read(tenant: Tenant) -> int:
    return calls(tenant).count("authentication-methods")


# Somebody known to have none is not sent there


def test_old_sign_in_without_a_second_factor_is_led_to_adding_one(nia: Person) -> None:
    nia.client.get(SECURITY)
    assert_closed(nia)
    page = step_up_page(nia)
    assert heading_of(page) == ADD_FIRST
    assert f'href="{SECURITY}add/"' in page.content.decode()
    assert urlsplit(begin_step_up(nia)["Location"]).path == "/step-up/"
    assert methods(nia) == []


def test_step_up_of_somebody_nobody_has_looked_at_is_not_sent_away_either(
    nia: Person, tenant: Tenant
) -> None:
    tenant.exchanges()
    leaving = begin_step_up(nia)
    assert leaving["Location"].startswith("/step-up/?next=")
    assert heading_of(nia.client.get(leaving["Location"])) == ADD_FIRST
    assert lists_read(tenant) == 1


def test_adding_the_first_factor_asks_for_a_fresh_sign_in(nia: Person) -> None:
    page = nia.client.get(f"{SECURITY}add/totp/")
    said = text_of(nia.client.get(page["Location"]))
    assert "Sign in again" in said
    assert "second factor" not in said


def test_email_alone_is_no_second_factor_to_be_sent_for(person: PersonMaker, tenant: Tenant) -> None:
    factors = [{"type": "email", "email": "eve@example.test", "confirmed": True}]
    eve = person(tenant.add_user(email="eve@example.test", password="demo-Passw0rd!", factors=factors))
    eve.sign_in()
    assert heading_of(eve.client.get(begin_step_up(eve)["Location"])) == ADD_FIRST


def test_factor_added_here_a_moment_ago_is_asked_for_and_counts(person: PersonMaker) -> None:
    phone = Adder(person("nia"), "phone")
    phone.add()
    assert_closed(phone.who)
    assert phone.who.step_up(GATED)["Location"] == GATED
    assert_open(phone.who)


# Enrolled on the way, it does not count


def test_factor_enrolled_in_a_step_up_opens_nothing(nia: Person, tenant: Tenant, elapse: Clock) -> None:
    """The list could not be had as it began, so it went to the tenant."""
    assert_closed(nia)
    tenant.run_action(ASKS_EVERYBODY)
    tenant.fault(LIST, status=503, times=5)
    leaving = begin_step_up(nia)
    assert leaving["Location"].startswith(tenant.base_url)
    callback = nia.to_callback(leaving)
    assert "totp" in methods(nia)
    tenant.control("faults", [])
    elapse(6)
    back = nia.client.get(callback)
    assert back["Location"].startswith("/step-up/?next=")
    assert mfa_at(nia) is None
    assert_closed(nia)


def test_factor_enrolled_in_a_step_up_is_told_not_to_count(
    nia: Person, tenant: Tenant, elapse: Clock
) -> None:
    tenant.run_action(ASKS_EVERYBODY)
    tenant.fault(LIST, status=503, times=5)
    callback = nia.to_callback(begin_step_up(nia))
    tenant.control("faults", [])
    elapse(6)
    page = nia.client.get(nia.client.get(callback)["Location"])
    assert "It was added on the way here" in text_of(page)
    assert "You came back without a second factor" not in text_of(page)
    elapse(60)
    assert nia.step_up(GATED)["Location"] == GATED
    assert_open(nia)


def test_factor_enrolled_at_a_sign_in_is_no_proof_and_the_next_sign_in_is(
    person: PersonMaker, tenant: Tenant, elapse: Clock
) -> None:
    tenant.set_settings(policies=["all-applications"])
    nia = person("nia")
    nia.sign_in()
    assert "totp" in methods(nia)
    assert mfa_at(nia) is None
    assert nia.client.session[SESSION_KEY]["doubt"] == HadFactor.NO
    assert_closed(nia)
    assert "It was added on the way here" in text_of(nia.client.get(SECURITY))
    elapse(60)
    later = person("nia")
    later.sign_in()
    assert_open(later)
    assert later.client.session[SESSION_KEY]["doubt"] is None


def test_factor_enrolled_on_a_trip_for_something_else_opens_nothing(nia: Person, tenant: Tenant) -> None:
    """The My Account API's own policy may ask everybody for a second factor."""
    tenant.set_settings(default_policy=True)
    assert nia.open(f"{SECURITY}add/phone/").status_code == 200
    assert "totp" in methods(nia)
    assert mfa_at(nia) is None
    assert_closed(nia)


def test_code_by_email_before_a_first_factor_opens_nothing(nia: Person, tenant: Tenant) -> None:
    """What the Action `first-enrollment` asks for: the tenant says `mfa` of it, too."""
    install_actions(tenant, "first-enrollment")
    assert nia.open(f"{SECURITY}add/phone/").status_code == 200
    assert [message["channel"] for message in tenant.messages(nia.account.email)] == ["email"]
    assert mfa_at(nia) is None
    assert_closed(nia)


# No list, no proof


def test_second_factor_without_a_list_signs_in_and_opens_nothing(
    tess: Person, tenant: Tenant, elapse: Clock
) -> None:
    tenant.fault(LIST, status=503)
    back = tess.step_up(GATED)
    page = tess.client.get(back["Location"])
    said = unescape(page.content.decode())
    assert "We couldn't check that your second factor was on your account before" in said
    assert tess.client.get(SECURITY).status_code == 200
    assert_closed(tess)
    tenant.control("faults", [])
    elapse(60)
    assert tess.step_up(GATED)["Location"] == GATED
    assert_open(tess)


def test_list_that_fails_takes_no_earlier_proof_away(tenant: Tenant, tess: Person, elapse: Clock) -> None:
    tess.step_up(GATED)
    elapse(130)
    tenant.fault(LIST, status=503)
    assert_closed(tess, "/test/two-minutes/")
    tess.step_up("/test/two-minutes/")
    assert_closed(tess, "/test/two-minutes/")
    assert_open(tess)


def test_answer_that_breaks_is_no_yes(tess: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_kwargs: object) -> HadFactor:
        raise RuntimeError("broken")

    monkeypatch.setattr(second_factor_asked, "receivers", [])
    second_factor_asked.connect(broken)
    tess.step_up(GATED)
    assert_closed(tess)


def test_site_without_a_list_goes_by_the_tenants_word(
    nia: Person, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.run_action(ASKS_EVERYBODY)
    monkeypatch.setattr(second_factor_asked, "receivers", [])
    assert nia.step_up(GATED)["Location"] == GATED
    assert_open(nia)


# What it costs


def test_sign_in_with_a_second_factor_reads_one_list_which_serves_the_next_page(
    person: PersonMaker, tenant: Tenant
) -> None:
    tenant.set_settings(policies=["all-applications"])
    person("sol").sign_in()
    tess = person("tess")
    callback = tess.to_callback(tess.submit(tess.client.get("/sign-in/"), to_path="/auth/login/auth0/"))
    tenant.exchanges()
    tess.client.get(callback)
    assert calls(tenant) == ["token", "authentication-methods"]
    tess.client.get(SECURITY)
    assert lists_read(tenant) == 0


def test_step_up_reads_the_list_once_as_it_begins(tenant: Tenant, tess: Person) -> None:
    tenant.exchanges()
    tess.step_up(GATED)
    assert lists_read(tenant) == 1
