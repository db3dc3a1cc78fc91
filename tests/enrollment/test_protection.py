"""How well an account is protected: one honest sentence, and what to do next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.account.methods import Method, factors_from
from enrollment.account.protection import Advice, Level, protection
from enrollment.account.sign_in import Demand, SignIn
from enrollment.kinds import phone
from tests.enrollment.makers import factors, method, method_lists

ASKED = SignIn(Demand.HOLDERS)
PROTECTING = {Level.WEAK, Level.FAIR, Level.GOOD, Level.STRONG}


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        ((), Level.NONE),
        (("password",), Level.NONE),
        (("password", "passkey"), Level.NONE),
        (("password", "recovery-code", "email-verification"), Level.NONE),
        (("email", "recovery-code", "password"), Level.NOT_ASKED),
        (("webauthn-platform", "password"), Level.NOT_ASKED),
        (("phone",), Level.WEAK),
        (("phone", "email", "recovery-code"), Level.WEAK),
        (("totp",), Level.FAIR),
        (("webauthn-roaming",), Level.FAIR),
        (("totp", "recovery-code"), Level.GOOD),
        (("totp", "push"), Level.GOOD),
        (("totp", "webauthn-roaming"), Level.STRONG),
        (("webauthn-roaming", "recovery-code"), Level.STRONG),
        (("webauthn-roaming", "webauthn-platform"), Level.STRONG),
        (("passkey",), Level.FAIR),
        (("passkey", "passkey"), Level.STRONG),
    ],
)
def test_level_is_that_of_what_sign_in_asks_for(kinds: tuple[str, ...], level: Level) -> None:
    assert protection(factors(*kinds), ASKED).level is level


@pytest.mark.parametrize(
    ("demand", "level"),
    [
        (Demand.EVERYBODY, Level.GOOD),
        (Demand.HOLDERS, Level.GOOD),
        (Demand.AT_RISK, Level.NOT_ASKED),
        (Demand.NOBODY, Level.NOT_ASKED),
        (Demand.UNKNOWN, Level.NOT_KNOWN),
    ],
)
def test_level_of_the_same_factors_follows_what_sign_in_demands(demand: Demand, level: Level) -> None:
    assert protection(factors("password", "totp", "recovery-code"), SignIn(demand)).level is level


@pytest.mark.parametrize("spare", ["phone", "email"])
@pytest.mark.parametrize("kinds", [("webauthn-roaming", "recovery-code"), ("passkey", "passkey")])
def test_spare_that_can_be_intercepted_lowers_no_level(kinds: tuple[str, ...], spare: str) -> None:
    assert protection(factors(*kinds, spare), ASKED).level is protection(factors(*kinds), ASKED).level


def test_factor_that_is_switched_off_protects_nothing() -> None:
    found = factors("password", "phone", "recovery-code")

    assert protection(found, SignIn(Demand.HOLDERS, {"sms": True, "recovery-code": True})).level is Level.WEAK
    assert protection(found, SignIn(Demand.HOLDERS, {"sms": False})).level is Level.NONE


def test_factor_of_two_methods_is_asked_for_by_the_one_that_is_on() -> None:
    device = factors_from(
        [Method("p", "webauthn-platform", link_id="a"), Method("t", "totp", link_id="a"), method("password")]
    )

    on = {"webauthn-platform": True, "otp": True}
    assert protection(device, SignIn(Demand.HOLDERS, on)).level is Level.FAIR
    assert protection(device, SignIn(Demand.HOLDERS, on | {"otp": False})).level is Level.NOT_ASKED


def test_linked_push_and_codes_are_no_spare_for_each_other() -> None:
    device = factors_from([Method("p", "push", link_id="a"), Method("t", "totp", link_id="a")])

    assert protection(device, ASKED).level is Level.FAIR


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [
        (("password",), [Advice.ADD_SECOND_FACTOR]),
        (("password", "email"), [Advice.ADD_SECOND_FACTOR]),
        (("webauthn-platform",), [Advice.ADD_SECOND_FACTOR]),
        (("phone",), [Advice.ADD_STRONGER, Advice.MAKE_RECOVERY_CODE, Advice.ADD_BACKUP]),
        (("totp",), [Advice.MAKE_RECOVERY_CODE, Advice.ADD_BACKUP, Advice.ADD_PHISHING_RESISTANT]),
        (("totp", "push"), [Advice.MAKE_RECOVERY_CODE, Advice.ADD_PHISHING_RESISTANT]),
        (("totp", "recovery-code"), [Advice.ADD_PHISHING_RESISTANT]),
        (("webauthn-roaming", "phone", "recovery-code"), []),
        (("webauthn-roaming", "recovery-code"), []),
        (("passkey",), [Advice.ADD_BACKUP]),
        (("passkey", "passkey"), []),
    ],
)
def test_suggestions_come_most_pressing_first(kinds: tuple[str, ...], codes: list[Advice]) -> None:
    assert [s.code for s in protection(factors(*kinds), ASKED).suggestions] == codes


@pytest.mark.parametrize(
    ("kinds", "demand", "words"),
    [
        (("password",), Demand.NOBODY, "Only the password"),
        (("password", "passkey"), Demand.HOLDERS, "the password alone opens this account too"),
        (("password",), Demand.EVERYBODY, "The next sign-in asks to set one up"),
        (("password",), Demand.UNKNOWN, "There is no second factor."),
        (("passkey",), Demand.NOBODY, "Signing in takes a passkey"),
        ((), Demand.NOBODY, "Nothing but the usual sign-in"),
        (("phone",), Demand.HOLDERS, "can be intercepted"),
        (("email", "recovery-code"), Demand.HOLDERS, "works only beside another one"),
        (("totp",), Demand.EVERYBODY, "there is no spare"),
        (("totp", "recovery-code"), Demand.HOLDERS, "A fake sign-in page could still ask for a code"),
        (("webauthn-roaming", "recovery-code"), Demand.HOLDERS, "no fake page can use, and there is a spare"),
        (("webauthn-roaming", "totp"), Demand.HOLDERS, "one of them is phishing-resistant"),
        (("password", "totp"), Demand.NOBODY, "the password alone opens this account"),
        (("totp",), Demand.NOBODY, "the usual sign-in alone opens this account"),
        (("password", "totp"), Demand.AT_RISK, "only if something looks unusual"),
        (("password", "totp"), Demand.UNKNOWN, "Whether sign-in asks for it is not known"),
    ],
)
def test_sentence_says_what_is_so(kinds: tuple[str, ...], demand: Demand, words: str) -> None:
    assert words in protection(factors(*kinds), SignIn(demand)).sentence


@pytest.mark.parametrize(
    ("kinds", "subject"),
    [
        (("passkey",), "auth0|1"),
        (("passkey", "totp"), "auth0|1"),
        ((), "google-oauth2|1"),
        (("totp",), "x|1"),
    ],
)
@given(demand=st.sampled_from(Demand))
def test_nothing_is_said_of_a_password_that_is_not_there(
    kinds: tuple[str, ...], subject: str, demand: Demand
) -> None:
    judged = protection(factors(*kinds), SignIn(demand, subject=subject))

    assert "password" not in " ".join([judged.sentence, *(each.sentence for each in judged.suggestions)])


@pytest.mark.parametrize(("subject", "has_one"), [("auth0|1", True), ("google-oauth2|1", False)])
def test_password_that_the_list_leaves_out_is_known_by_the_identity(subject: str, has_one: bool) -> None:
    assert SignIn(Demand.NOBODY, subject=subject).has_password(factors("totp")) is has_one


def test_suggested_kinds_can_all_be_added() -> None:
    for suggestion in protection(factors("phone"), ASKED).suggestions:
        assert all(kind.ticket for kind in suggestion.kinds)
        assert phone.KIND not in suggestion.kinds


def test_second_factor_that_is_suggested_first_is_one_that_sign_in_asks_for() -> None:
    (suggestion,) = protection(factors("password"), ASKED).suggestions

    assert all(ASKED.asks(factors("password", kind.value)) for kind in suggestion.kinds)


@pytest.mark.parametrize("demand", Demand)
def test_nothing_is_claimed_of_an_account_with_a_factor_of_an_unknown_kind(demand: Demand) -> None:
    judged = protection(factors("password", "smell-of-the-owner"), SignIn(demand))

    assert judged.sentence == "There is no second factor that this site knows."


@given(method_lists(), st.sampled_from(Demand))
def test_protection_is_claimed_only_where_sign_in_asks_or_takes_a_passkey(
    methods: list[Method], demand: Demand
) -> None:
    found, sign_in = factors_from(methods), SignIn(demand)
    judged = protection(found, sign_in)

    if judged.level in PROTECTING:
        assert sign_in.asks(found) or sign_in.is_passkey_only(found)
    if judged.level is Level.STRONG:
        assert any(f.phishing_resistant for f in found)
    assert judged.sentence


@given(method_lists(), st.sampled_from(Demand))
def test_account_without_a_second_factor_is_told_to_add_one_unless_a_passkey_covers_it(
    methods: list[Method], demand: Demand
) -> None:
    found, sign_in = factors_from(methods), SignIn(demand)
    codes = [s.code for s in protection(found, sign_in).suggestions]

    if not any(f.is_second_factor for f in found):
        assert (Advice.ADD_SECOND_FACTOR in codes) is not sign_in.is_passkey_only(found)
