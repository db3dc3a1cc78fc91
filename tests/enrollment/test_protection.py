"""How well an account is protected: one honest sentence, and what to do next."""

import pytest
from hypothesis import given

from enrollment.account.methods import Method, factors_from
from enrollment.account.protection import Advice, Level, protection
from enrollment.kinds import phone
from tests.enrollment.makers import factors, method_lists


@pytest.mark.parametrize(
    ("kinds", "level"),
    [
        ((), Level.NONE),
        (("password",), Level.NONE),
        (("passkey",), Level.NONE),
        (("password", "recovery-code", "email-verification"), Level.NONE),
        (("phone",), Level.WEAK),
        (("phone", "email", "recovery-code"), Level.WEAK),
        (("totp",), Level.FAIR),
        (("webauthn-roaming",), Level.FAIR),
        (("webauthn-roaming", "phone", "recovery-code"), Level.FAIR),
        (("totp", "recovery-code"), Level.GOOD),
        (("totp", "push"), Level.GOOD),
        (("totp", "webauthn-roaming"), Level.GOOD),
        (("webauthn-roaming", "recovery-code"), Level.STRONG),
        (("webauthn-roaming", "webauthn-platform"), Level.STRONG),
    ],
)
def test_level_is_that_of_the_weakest_door(kinds: tuple[str, ...], level: Level) -> None:
    assert protection(factors(*kinds)).level is level


def test_linked_push_and_codes_are_no_spare_for_each_other() -> None:
    device = factors_from([Method("p", "push", link_id="a"), Method("t", "totp", link_id="a")])

    assert protection(device).level is Level.FAIR


@pytest.mark.parametrize(
    ("kinds", "codes"),
    [
        (("password",), [Advice.ADD_SECOND_FACTOR]),
        (("phone",), [Advice.ADD_STRONGER, Advice.MAKE_RECOVERY_CODE, Advice.ADD_BACKUP]),
        (("totp",), [Advice.MAKE_RECOVERY_CODE, Advice.ADD_BACKUP, Advice.ADD_PHISHING_RESISTANT]),
        (("totp", "push"), [Advice.MAKE_RECOVERY_CODE, Advice.ADD_PHISHING_RESISTANT]),
        (("totp", "recovery-code"), [Advice.ADD_PHISHING_RESISTANT]),
        (("webauthn-roaming", "phone", "recovery-code"), [Advice.REMOVE_WEAKEST]),
        (("webauthn-roaming", "recovery-code"), []),
    ],
)
def test_suggestions_come_most_pressing_first(kinds: tuple[str, ...], codes: list[Advice]) -> None:
    assert [s.code for s in protection(factors(*kinds)).suggestions] == codes


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("password",), "Only the password"),
        (("password", "passkey"), "the password alone opens this account too"),
        (("passkey",), "A passkey opens this account"),
        ((), "Nothing but the usual sign-in"),
        (("phone",), "can be intercepted"),
        (("email", "recovery-code"), "may not ask for it where there is no other"),
        (("email", "phone"), "A second step protects this account"),
        (("totp",), "no spare one"),
        (("totp", "recovery-code"), "fake sign-in page could still"),
        (("webauthn-roaming", "recovery-code"), "against fake sign-in pages"),
    ],
)
def test_sentence_says_what_is_wrong(kinds: tuple[str, ...], words: str) -> None:
    assert words in protection(factors(*kinds)).sentence


def test_suggested_kinds_can_all_be_added() -> None:
    for suggestion in protection(factors("phone")).suggestions:
        assert all(kind.ticket for kind in suggestion.kinds)
        assert phone.KIND not in suggestion.kinds


@given(method_lists())
def test_strong_is_never_said_of_an_account_with_a_phishable_second_factor(methods: list[Method]) -> None:
    found = factors_from(methods)
    judged = protection(found)

    if judged.level is Level.STRONG:
        second = [f for f in found if f.is_second_factor]
        assert second
        assert all(f.phishing_resistant for f in second)
    assert judged.sentence


@given(method_lists())
def test_account_without_a_second_factor_is_always_told_to_add_one(methods: list[Method]) -> None:
    found = factors_from(methods)
    codes = [s.code for s in protection(found).suggestions]

    assert (Advice.ADD_SECOND_FACTOR in codes) is not any(f.is_second_factor for f in found)
