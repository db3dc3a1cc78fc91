"""Passkeys and security keys: what they open, what does not, and what people read."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.claims import PAPE_MFA, PAPE_PHISHING_RESISTANT, HadFactor, HadResistant
from accounts.conf import DEFAULT_METHODS_CLAIM
from accounts.signals import phishing_resistant_asked, second_factor_asked
from accounts.step_up.assurance import SESSION_KEY
from accounts.step_up.requirement import Requirement
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED, asked, assert_closed, assert_open, begin_sign_in, begin_step_up
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.passkeys import give_key, seeded_key
from tests.support.person import Person
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

RESISTANT, BOTH = "/test/resistant/", "/test/both/"
LIST = "GET /api/v2/users/*/authentication-methods"
FETCH = {"Sec-Fetch-Mode": "cors"}

pytestmark = pytest.mark.usefixtures("gated_site")


@pytest.fixture
def passkey(tenant: Tenant) -> SoftAuthenticator:
    return seeded_key(tenant)


@pytest.fixture
def pat(person: PersonMaker) -> Person:
    """Has a passkey and a password, and no second factor."""
    return person("pat")


def proved(somebody: Person) -> dict[str, Any]:
    record: dict[str, Any] = somebody.client.session[SESSION_KEY]
    return record


def said_at(somebody: Person, path: str = RESISTANT) -> str:
    return text_of(somebody.client.get("/step-up/", {"next": path}))


def in_iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def tell(tenant: Tenant, *methods: tuple[str, float, str | None], **claims: Any) -> None:
    """Let the next ID token tell of these methods, used so many seconds ago."""
    now = int(timezone.now().timestamp())
    told = [
        {"name": name, "timestamp": in_iso(now - ago), **({"type": type_} if type_ else {})}
        for name, ago, type_ in methods
    ]
    tenant.token_fault(set={DEFAULT_METHODS_CLAIM: told, **claims})


# What opens


def test_passkey_opens_every_gate(pat: Person, passkey: SoftAuthenticator) -> None:
    pat.sign_in(passkey=passkey)
    for path in (GATED, RESISTANT, BOTH):
        assert_open(pat, path)


def test_password_of_somebody_with_a_passkey_opens_none(pat: Person) -> None:
    pat.sign_in()
    for path in (GATED, RESISTANT, BOTH):
        assert_closed(pat, path)


@pytest.mark.parametrize("path", [GATED, RESISTANT, BOTH])
def test_step_up_of_somebody_with_only_a_passkey_asks_for_it(
    pat: Person, passkey: SoftAuthenticator, path: str
) -> None:
    pat.sign_in()
    assert_closed(pat, path)
    assert asked(begin_step_up(pat, path))["max_age"] == "0"
    assert "Sign in again, with your passkey." in said_at(pat, path)
    assert pat.step_up(path, passkey=passkey)["Location"] == path
    assert_open(pat, path)


def test_security_key_opens_both_and_its_step_up_asks_for_no_password(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess = person("tess")
    key = give_key(tenant, tess.account, "webauthn-roaming")
    tess.sign_in()
    assert_closed(tess, RESISTANT)
    leaving = begin_step_up(tess, RESISTANT)
    assert asked(leaving)["acr_values"] == PAPE_PHISHING_RESISTANT
    assert "max_age" not in asked(leaving)
    assert tess.step_up(RESISTANT, key=key)["Location"] == RESISTANT
    for path in (GATED, RESISTANT, BOTH):
        assert_open(tess, path)


def test_authenticator_app_opens_no_phishing_resistant_gate_and_reads_what_to_add(
    person: PersonMaker,
) -> None:
    tess = person("tess")
    tess.sign_in()
    tess.step_up(GATED)
    assert_open(tess)
    assert_closed(tess, RESISTANT)
    assert_closed(tess, BOTH)
    page = tess.client.get(begin_step_up(tess, RESISTANT)["Location"])
    assert heading_of(page) == "Add a passkey or security key first"
    assert 'href="/account/security/add/"' in page.content.decode()


def test_passkey_beside_an_authenticator_app_opens_both(person: PersonMaker, tenant: Tenant) -> None:
    tess = person("tess")
    key = give_key(tenant, tess.account, "passkey")
    tess.sign_in()
    assert_closed(tess, BOTH)
    assert tess.step_up(BOTH, passkey=key)["Location"] == BOTH
    assert_open(tess)


def test_passkey_opens_the_admin_to_staff_who_have_nothing_else(
    person: PersonMaker, tenant: Tenant, passkey: SoftAuthenticator
) -> None:
    account = tenant["pat"]
    tenant.add_user(sub=account.sub, email=account.email, roles=["admin"])
    pat = person("pat")
    pat.sign_in("/admin/", passkey=passkey)
    assert pat.client.get("/admin/").status_code == 200


def test_passkey_may_be_used_where_the_security_key_is_not_at_hand(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess = person("tess")
    key = give_key(tenant, tess.account, "passkey", "webauthn-roaming")
    tess.sign_in()
    assert_closed(tess, RESISTANT)
    assert "max_age" not in asked(begin_step_up(tess, RESISTANT))
    page = tess.client.get("/step-up/", {"next": RESISTANT})
    assert "Use a passkey instead" in text_of(page)
    leaving = tess.submit(page, "afresh")
    assert asked(leaving)["prompt"] == "login"
    assert tess.come_back(leaving, passkey=key)["Location"] == RESISTANT
    assert_open(tess, RESISTANT)


def test_password_in_answer_to_a_phishing_resistant_step_up_is_explained(pat: Person) -> None:
    pat.sign_in()
    assert_closed(pat, RESISTANT)
    back = pat.step_up(RESISTANT)
    said = text_of(pat.client.get(back["Location"]))
    assert "You came back without a passkey or security key" in said
    assert "choose your passkey or security key on the sign-in page" in said
    assert_closed(pat, RESISTANT)


def test_script_is_told_which_class_to_ask_for(pat: Person) -> None:
    pat.sign_in()
    refusal = pat.client.get(RESISTANT, headers=FETCH).json()
    assert refusal["reason"] == "phishing_resistant_missing"
    assert refusal["acr_values"] == PAPE_PHISHING_RESISTANT
    assert refusal["phishing_resistant_within"] == 900
    assert "mfa_within" not in refusal


def test_path_rule_asks_for_a_passkey(pat: Person, passkey: SoftAuthenticator, settings: Settings) -> None:
    settings.STEP_UP_RULES = [{"path": "/test/plain/", "phishing_resistant_within": 60}]
    pat.sign_in()
    assert_closed(pat, "/test/plain/")
    pat.step_up("/test/plain/", passkey=passkey)
    assert_open(pat, "/test/plain/")


# How long


def test_passkey_counts_from_when_it_was_used_and_no_later_sign_in_renews_it(
    pat: Person, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    pat.sign_in(passkey=passkey)
    elapse(600)
    pat.come_back(begin_sign_in(pat))
    assert pat.walks[-1].pages == []
    assert_open(pat, RESISTANT)
    elapse(301)
    assert_closed(pat, RESISTANT)
    assert_closed(pat)
    pat.come_back(begin_sign_in(pat))
    assert_closed(pat, RESISTANT)
    assert_closed(pat)
    assert "longer ago" in said_at(pat)


def test_password_later_in_the_session_renews_no_passkey(
    pat: Person, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    pat.sign_in(passkey=passkey)
    elapse(1000)
    assert_closed(pat, RESISTANT)
    pat.step_up(RESISTANT)
    assert_closed(pat, RESISTANT)
    assert_closed(pat)


def test_passkey_of_a_sign_in_elsewhere_counts_from_then(pat: Person, tenant: Tenant) -> None:
    tell(tenant, ("passkey", 600, None))
    pat.sign_in()
    assert proved(pat)["phishing_resistant_at"] == pytest.approx(timezone.now().timestamp() - 600, abs=5)
    assert_open(pat, RESISTANT)


def test_passkey_of_a_sign_in_elsewhere_may_not_be_as_old_as_itself(
    person: PersonMaker, tenant: Tenant
) -> None:
    """It may have been made on that very trip, by whoever has the password."""
    nia = person("nia")
    give_key(tenant, nia.account, "passkey", days_ago=0.02)
    tell(tenant, ("passkey", 600, None))
    nia.sign_in()
    assert_closed(nia, RESISTANT)
    assert_closed(nia)


# What proves nothing


def test_passkey_added_on_the_way_opens_nothing_until_it_is_used_again(
    person: PersonMaker, tenant: Tenant, elapse: Clock
) -> None:
    nia = person("nia")
    leaving = nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    key = give_key(tenant, nia.account, "passkey", days_ago=0)
    nia.client.get(nia.to_callback(leaving, passkey=key))
    assert proved(nia)["mfa_at"] is None
    assert proved(nia)["phishing_resistant_at"] is None
    assert proved(nia)["doubt"] == HadFactor.NO
    assert_closed(nia)
    assert_closed(nia, RESISTANT)
    assert "The one you used doesn't count yet" in said_at(nia)
    elapse(60)
    assert nia.step_up(RESISTANT, passkey=key)["Location"] == RESISTANT
    assert_open(nia)


def test_security_key_enrolled_on_the_way_is_a_second_factor_at_most(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess = person("tess")
    tess.sign_in()
    leaving = begin_step_up(tess)
    give_key(tenant, tess.account, "webauthn-roaming", days_ago=0)
    tell(tenant, ("mfa", 0, "webauthn-roaming"), amr=["mfa"])
    tess.client.get(tess.to_callback(leaving, factor="otp"))
    assert_open(tess)
    assert_closed(tess, RESISTANT)


def test_security_key_of_an_earlier_trip_counts_for_nothing_now(person: PersonMaker, tenant: Tenant) -> None:
    tess = person("tess")
    give_key(tenant, tess.account, "webauthn-roaming")
    tell(tenant, ("mfa", 60, "webauthn-roaming"))
    tess.sign_in()
    assert_closed(tess, RESISTANT)


def test_security_key_of_an_earlier_trip_beside_a_second_factor_of_this_one_does_not_count(
    person: PersonMaker, tenant: Tenant
) -> None:
    tess = person("tess")
    give_key(tenant, tess.account, "webauthn-roaming")
    now = int(timezone.now().timestamp())
    tell(tenant, ("mfa", 0, "otp"), ("mfa", 600, "webauthn-roaming"), amr=["mfa"], auth_time=now)
    tess.sign_in()
    assert_open(tess)
    assert_closed(tess, RESISTANT)


def test_answer_that_breaks_is_no_yes(
    pat: Person, passkey: SoftAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_kwargs: object) -> HadResistant:
        raise RuntimeError("broken")

    phishing_resistant_asked.connect(broken)
    try:
        pat.sign_in(passkey=passkey)
    finally:
        phishing_resistant_asked.disconnect(broken)
    assert_closed(pat, RESISTANT)
    assert_closed(pat)


def test_list_that_says_nothing_of_passkeys_is_no_yes(
    pat: Person, passkey: SoftAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A site that keeps a list of its own, and was written before this was asked."""
    monkeypatch.setattr(phishing_resistant_asked, "receivers", [])
    pat.sign_in(passkey=passkey)
    assert_closed(pat, RESISTANT)


def test_site_without_a_list_goes_by_the_tenants_word(
    pat: Person, passkey: SoftAuthenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_factor_asked, "receivers", [])
    pat.sign_in()
    assert_closed(pat, RESISTANT)
    assert asked(begin_step_up(pat, RESISTANT))["max_age"] == "0"
    assert pat.step_up(RESISTANT, passkey=passkey)["Location"] == RESISTANT
    assert_open(pat, RESISTANT)


def test_class_in_the_token_alone_proves_nothing(person: PersonMaker, tenant: Tenant) -> None:
    tess = person("tess")
    give_key(tenant, tess.account, "webauthn-roaming", "passkey")
    tess.sign_in()
    assert_closed(tess, RESISTANT)
    tenant.token_fault(
        set={"acr": PAPE_PHISHING_RESISTANT, "amr": ["mfa", "phr"]}, drop=[DEFAULT_METHODS_CLAIM]
    )
    tess.client.get(begin_step_up(tess, RESISTANT)["Location"])
    assert_closed(tess, RESISTANT)


@pytest.mark.parametrize("later", [60, 3600])
def test_time_yet_to_come_proves_nothing_then_either(
    pat: Person, tenant: Tenant, elapse: Clock, later: int
) -> None:
    tell(tenant, ("passkey", -later, None))
    pat.sign_in()
    assert_closed(pat, RESISTANT)
    elapse(later + 5)
    assert_closed(pat, RESISTANT)


def test_passkey_without_a_list_signs_in_and_opens_nothing(
    pat: Person, tenant: Tenant, passkey: SoftAuthenticator
) -> None:
    tenant.fault(LIST, status=503)
    pat.sign_in(passkey=passkey)
    assert proved(pat)["doubt"] == HadFactor.UNKNOWN
    assert_closed(pat)
    assert_closed(pat, RESISTANT)


# Settings, and what cannot be told


def test_passkey_is_no_second_factor_where_the_site_says_so(
    pat: Person, passkey: SoftAuthenticator, settings: Settings
) -> None:
    settings.STEP_UP_PASSKEY_IS_MFA = False
    pat.sign_in(passkey=passkey)
    assert_open(pat, RESISTANT)
    assert_closed(pat)
    assert_closed(pat, BOTH)
    assert heading_of(pat.client.get(begin_step_up(pat)["Location"])) == "Add a two-factor method first"


def test_both_are_asked_for_where_a_passkey_is_no_second_factor(
    person: PersonMaker, tenant: Tenant, settings: Settings
) -> None:
    settings.STEP_UP_PASSKEY_IS_MFA = False
    tess = person("tess")
    key = give_key(tenant, tess.account, "passkey")
    tess.sign_in()
    assert_closed(tess, BOTH)
    assert asked(begin_step_up(tess, BOTH))["acr_values"].split() == [PAPE_PHISHING_RESISTANT, PAPE_MFA]
    assert tess.step_up(BOTH, passkey=key)["Location"] == BOTH


def test_site_that_reads_no_claim_says_that_it_cannot_tell(
    pat: Person, passkey: SoftAuthenticator, settings: Settings
) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    settings.ACCOUNT_SECURITY_SUPPORT = "help@site.example"
    pat.sign_in(passkey=passkey)
    assert_closed(pat)
    assert_closed(pat, RESISTANT)
    page = pat.client.get(begin_step_up(pat, RESISTANT)["Location"])
    assert "This site isn't set up to be told" in text_of(page)
    assert "help@site.example" in text_of(page)
    assert "/add/" not in page.content.decode()
    assert heading_of(pat.client.get(begin_step_up(pat)["Location"])) == "Add a two-factor method first"


def test_tenant_that_tells_nothing_is_said_to(
    pat: Person, tenant: Tenant, passkey: SoftAuthenticator
) -> None:
    tenant.bind("account-security-step-up")
    pat.sign_in(passkey=passkey)
    assert_closed(pat, RESISTANT)
    back = pat.step_up(RESISTANT, passkey=passkey)
    assert unquote(back["Location"]) == f"/step-up/?next={RESISTANT}"
    assert "doesn't tell this site whether you used a passkey" in text_of(pat.client.get(back["Location"]))


def test_step_up_whose_list_is_not_known_asks_for_the_passkey(
    pat: Person, tenant: Tenant, passkey: SoftAuthenticator, elapse: Clock
) -> None:
    pat.sign_in()
    assert_closed(pat, RESISTANT)
    elapse(90)
    tenant.fault(LIST, status=503, times=5)
    leaving = begin_step_up(pat, RESISTANT)
    assert asked(leaving)["max_age"] == "0"
    tenant.control("faults", [])
    elapse(6)
    assert pat.come_back(leaving, passkey=passkey)["Location"] == RESISTANT
    assert_open(pat, RESISTANT)


# A second factor that a sign-in did not ask for


@pytest.mark.parametrize(("ago", "counts"), [(5, True), (600, False), (86_400, False)])
def test_second_factor_told_to_be_of_this_trip_counts_from_its_own_time(
    person: PersonMaker, tenant: Tenant, ago: int, *, counts: bool
) -> None:
    now = int(timezone.now().timestamp())
    tell(tenant, ("mfa", ago, "otp"), amr=["mfa"], auth_time=now - 3600)
    tess = person("tess")
    tess.sign_in()
    assert proved(tess)["mfa_at"] == (pytest.approx(now - ago, abs=5) if counts else None)


def test_second_factor_told_of_without_amr_counts_for_nothing(person: PersonMaker, tenant: Tenant) -> None:
    tell(tenant, ("mfa", 0, "otp"))
    tess = person("tess")
    tess.sign_in()
    assert_closed(tess)


# While an earlier version still runs beside this one


def test_record_of_an_earlier_version_keeps_what_it_says(person: PersonMaker) -> None:
    tess = person("tess")
    tess.sign_in()
    tess.step_up(GATED)
    session = tess.client.session
    new = {"phishing_resistant_at", "is_told"}
    session[SESSION_KEY] = {name: value for name, value in proved(tess).items() if name not in new}
    session.save()
    assert_open(tess)
    assert_closed(tess, RESISTANT)


def test_interrupted_request_of_another_version_is_asked_for_anew(pat: Person) -> None:
    pat.sign_in()
    assert_closed(pat, RESISTANT)
    session = pat.client.session
    (entry,) = session["accounts_step_up_pending"]
    session["accounts_step_up_pending"] = [
        {**entry, "next": "/a/", "requirement": {"mfa_within": None, "login_within": None, "after": None}},
        {**entry, "next": "/b/", "outcome": "unheard_of"},
        entry,
    ]
    session.save()
    assert "Confirm it is you" in said_at(pat, "/a/")
    assert "passkey or security key" in said_at(pat)


def test_requirement_of_an_earlier_version_is_read() -> None:
    stored = Requirement.mfa().dump()
    del stored["phishing_resistant_within"]
    assert Requirement.load(stored) == Requirement.mfa()
