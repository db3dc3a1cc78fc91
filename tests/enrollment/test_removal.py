"""What may be removed, what goes along, and what the account is left with."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.account.methods import Factor, Method, factors_from
from enrollment.account.removal import MfaRequirement, Removal, removal
from enrollment.account.sign_in import Demand, SignIn
from tests.enrollment.makers import factors, method, method_lists

ONE_OF_TWO = (
    "Signing in then takes a passkey alone, or the password and after that a security key or a push "
    "notification."
)
ASKED = SignIn(Demand.HOLDERS)
DEMANDING = [MfaRequirement.STAFF, MfaRequirement.POLICY, MfaRequirement.UNKNOWN]


def remove(
    kind: str,
    found: Sequence[Factor],
    mandate: MfaRequirement = MfaRequirement.NONE,
    sign_in: SignIn = ASKED,
) -> Removal:
    return removal(next(f for f in found if f.kind.value == kind), found, mandate, sign_in)


@pytest.mark.parametrize("mandate", DEMANDING)
def test_last_second_factor_stays_where_one_is_demanded(mandate: MfaRequirement) -> None:
    refusal = remove("totp", factors("totp", "password", "recovery-code"), mandate).refusal

    assert refusal
    assert refusal.code == f"last-factor:{mandate}"
    assert refusal.sentence.startswith("This is the last second factor")


@pytest.mark.parametrize("mandate", DEMANDING)
def test_passkey_does_not_stand_in_for_the_last_second_factor(mandate: MfaRequirement) -> None:
    assert not remove("totp", factors("totp", "passkey"), mandate).allowed


@pytest.mark.parametrize("mandate", DEMANDING)
def test_email_alone_is_not_enough_where_a_second_factor_is_demanded(mandate: MfaRequirement) -> None:
    found = factors("totp", "email")

    assert not remove("totp", found, mandate, ASKED).allowed
    assert remove("email", found, mandate, ASKED).allowed


@pytest.mark.parametrize("mandate", DEMANDING)
def test_email_stays_where_it_is_all_there_is_and_one_is_demanded(mandate: MfaRequirement) -> None:
    assert not remove("email", factors("email", "password"), mandate).allowed


@pytest.mark.parametrize("mandate", DEMANDING)
def test_unknown_kind_does_not_stand_in_for_the_last_second_factor(mandate: MfaRequirement) -> None:
    assert not remove("totp", factors("totp", "smell-of-the-owner"), mandate).allowed


@pytest.mark.parametrize("mandate", DEMANDING)
def test_factor_with_another_beside_it_may_go(mandate: MfaRequirement) -> None:
    assert remove("totp", factors("totp", "phone"), mandate).allowed


@pytest.mark.parametrize("mandate", DEMANDING)
def test_passkey_may_go_where_a_second_factor_is_demanded(mandate: MfaRequirement) -> None:
    assert remove("passkey", factors("totp", "passkey", "password"), mandate).allowed


def test_last_second_factor_may_go_where_nobody_demands_one_with_a_warning() -> None:
    plan = remove("totp", factors("totp", "password"))

    assert plan.allowed
    assert plan.warning.startswith("This is the last second factor")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("password", "not-removable:password"),
        ("recovery-code", "not-removable:recovery-code"),
        ("email-verification", "not-removable:email-verification"),
        ("unknown", "not-removable:unknown"),
    ],
)
def test_what_cannot_be_removed_says_why(kind: str, code: str) -> None:
    found = factors("totp", "phone", "password", "recovery-code", "email-verification", "smell-of-the-owner")
    refusal = remove(kind, found).refusal

    assert refusal
    assert refusal.code == code
    assert refusal.sentence


def test_factor_linked_to_something_irremovable_stays() -> None:
    found = factors_from([method("totp", link_id="a"), method("smell-of-the-owner", link_id="a")])

    assert not removal(found[0], found, MfaRequirement.NONE, ASKED).allowed


@pytest.mark.parametrize(
    ("kinds", "remaining"),
    [
        (
            ("totp", "phone", "password", "recovery-code"),
            (
                "Signing in then takes the password, and after that a code sent to a phone.",
                "If the second factor is lost, the recovery code of March 7, 2026 stands in for it once.",
            ),
        ),
        (
            ("totp", "password", "recovery-code"),
            (
                "Signing in then takes the password and nothing more: there is no second factor left.",
                "The recovery code has no use without a second factor.",
            ),
        ),
        (
            ("totp", "webauthn-roaming", "push", "password", "passkey"),
            (
                ONE_OF_TWO,
                "There is no recovery code: if the second factor is lost, only support can help.",
            ),
        ),
        (
            ("totp",),
            (
                "Signing in then takes the usual sign-in and nothing more: there is no second factor left.",
                "There is no recovery code either.",
            ),
        ),
    ],
)
def test_remaining_ways_in_are_said_from_what_is_left(
    kinds: tuple[str, ...], remaining: tuple[str, ...]
) -> None:
    assert remove("totp", factors(*kinds)).remaining == remaining


def test_remaining_ways_in_name_the_factors() -> None:
    found = factors_from(
        [method("totp"), method("totp", 2, name="Pixel"), method("phone", phone="+1 ••••••23")]
    )
    first = next(f for f in found if f.id == "totp|1")

    assert (
        removal(first, found, MfaRequirement.NONE, ASKED)
        .remaining[0]
        .endswith("a code from the app “Pixel” or a code sent to the phone “+1 ••••••23”.")
    )


@pytest.mark.parametrize(
    ("gone", "kinds", "warning"),
    [
        ("totp", ("totp", "phone"), "This is the last strong factor"),
        (
            "webauthn-roaming",
            ("webauthn-roaming", "totp"),
            "This is the last factor that is safe against fake",
        ),
        ("passkey", ("passkey", "webauthn-roaming"), "No password is known for this account"),
        ("webauthn-roaming", ("webauthn-roaming", "webauthn-platform", "totp"), ""),
        ("phone", ("phone", "totp"), ""),
        ("passkey", ("passkey", "webauthn-roaming", "password"), ""),
    ],
)
def test_warning_fits_what_is_lost(gone: str, kinds: tuple[str, ...], warning: str) -> None:
    said = remove(gone, factors(*kinds)).warning

    assert said.startswith(warning)
    assert bool(said) is bool(warning)


def test_linked_device_says_what_goes_with_it_and_what_to_delete() -> None:
    found = factors_from([method("push", link_id="a"), method("totp", link_id="a")])
    plan = removal(found[0], found, MfaRequirement.NONE, ASKED)

    assert plan.goes_with == "What was set up on the same device goes with it: Authenticator app."
    assert plan.clean_up == "Delete the entry in the app too: its codes no longer work here."


def test_phone_says_that_texts_and_calls_end_together() -> None:
    found = factors("phone", nested=(("sms", "a"), ("voice", "b")))

    assert remove("phone", found).goes_with == "Text messages and calls to this number end together."


@given(method_lists(), st.sampled_from(DEMANDING), st.lists(st.integers(0, 7), max_size=12))
def test_no_row_of_removals_leaves_a_mandated_person_without_a_second_factor(
    methods: list[Method], mandate: MfaRequirement, wishes: list[int]
) -> None:
    left = list(factors_from(methods))
    had_one = any(f.is_independent for f in left)
    for wish in wishes:
        if wish < len(left) and removal(left[wish], left, mandate, ASKED).allowed:
            del left[wish]

    assert any(f.is_independent for f in left) is had_one


@pytest.mark.parametrize(
    ("kinds", "demand", "way_in"),
    [
        (
            ("totp", "phone", "password"),
            Demand.NOBODY,
            "and nothing more: a code sent to a phone is not asked",
        ),
        (("totp", "phone", "password"), Demand.AT_RISK, "a code sent to a phone only if something looks"),
        (("totp", "phone", "password"), Demand.UNKNOWN, "Whether a code sent to a phone is asked for is not"),
        (("totp", "phone", "password"), Demand.EVERYBODY, "the password, and after that a code sent to a"),
        (("totp", "email", "password"), Demand.HOLDERS, "for a code sent by email alone it may not ask"),
        (("totp", "webauthn-platform"), Demand.HOLDERS, "for a fingerprint or face on a device alone it may"),
        (("totp", "webauthn-platform"), Demand.EVERYBODY, "after that a fingerprint or face on a device"),
        (("totp", "password"), Demand.EVERYBODY, "and then asks to set up a second factor"),
        (("totp", "password"), Demand.NOBODY, "the password and nothing more"),
        (("totp", "smell-of-the-owner"), Demand.EVERYBODY, "no second factor left that this site knows"),
        (("totp", "password"), Demand.UNKNOWN, "the password: there is no second factor left."),
        (("totp", "phone", "passkey"), Demand.EVERYBODY, "takes a passkey, and after that a code sent to a"),
        (("totp", "phone", "passkey"), Demand.HOLDERS, "takes a passkey and nothing more: a code sent to a"),
    ],
)
def test_way_in_says_no_more_than_is_known_of_sign_in(
    kinds: tuple[str, ...], demand: Demand, way_in: str
) -> None:
    assert way_in in remove("totp", factors(*kinds), sign_in=SignIn(demand)).remaining[0]


@pytest.mark.parametrize(
    ("kinds", "demand", "warning"),
    [
        (("totp", "password"), Demand.HOLDERS, "afterwards the password is enough."),
        (("totp", "email", "password"), Demand.HOLDERS, "afterwards the password is enough."),
        (("totp",), Demand.HOLDERS, "This is the last second factor that sign-in asks for."),
        (("totp", "passkey"), Demand.HOLDERS, "This is the last second factor."),
        (("totp", "password"), Demand.NOBODY, "This is the last second factor."),
        (("totp", "password"), Demand.UNKNOWN, "This is the last second factor."),
        (("totp", "password"), Demand.EVERYBODY, "the next sign-in asks to set up another one."),
    ],
)
def test_warning_speaks_of_the_password_only_where_it_will_be_enough(
    kinds: tuple[str, ...], demand: Demand, warning: str
) -> None:
    assert remove("totp", factors(*kinds), sign_in=SignIn(demand)).warning.endswith(warning)


@given(method_lists(), st.sampled_from(MfaRequirement), st.sampled_from(Demand))
def test_refusal_and_remaining_are_always_in_words(
    methods: list[Method], mandate: MfaRequirement, demand: Demand
) -> None:
    found = factors_from(methods)
    for chosen in found:
        plan = removal(chosen, found, mandate, SignIn(demand))
        assert all(plan.remaining)
        assert plan.allowed or (plan.refusal and plan.refusal.sentence)
