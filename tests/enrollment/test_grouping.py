"""What was enrolled together is one factor, and no method is lost or shown twice."""

from datetime import timedelta

import pytest
from hypothesis import given

from enrollment.account.methods import Method, factors_from, has_second_factor
from enrollment.kinds import push, totp, unknown
from tests.enrollment.makers import START, factor, factors, method, method_lists


def test_grouping_push_with_its_codes_is_one_device() -> None:
    found = factors_from([method("totp", link_id="a", name="Pixel"), method("push", link_id="a")])

    assert [f.kind for f in found] == [push.KIND]
    assert found[0].id == "push|1"
    assert found[0].method_ids == {"push|1", "totp|1"}
    assert found[0].title == "Pixel"
    assert found[0].type_label == "Push notification and codes in an app"


def test_grouping_two_apps_without_a_link_are_two_factors() -> None:
    assert len(factors("totp", "totp")) == 2


def test_grouping_nested_id_ties_methods_without_a_link_id() -> None:
    found = factors_from([method("totp"), method("push", nested=(("totp", "totp|1"),))])

    assert [f.kind for f in found] == [push.KIND]


def test_grouping_method_that_ties_two_groups_makes_them_one() -> None:
    found = factors_from(
        [
            method("totp", link_id="a"),
            method("phone", link_id="b"),
            method("push", link_id="a", nested=(("sms", "b"),)),
        ]
    )

    assert len(found) == 1


def test_grouping_phone_with_text_and_call_is_one_factor_preferred_way_first() -> None:
    ways = (("sms", "sms|1"), ("voice", "voice|1"))
    found = factor("phone", nested=ways, preferred="voice", phone="+1 ••••••00")

    assert found.channels == ("voice", "sms")
    assert found.title == "+1 ••••••00"


def test_grouping_abandoned_enrollment_is_left_out_and_unsaid_confirmation_is_not() -> None:
    found = factors_from([method("totp", 1, confirmed=False), method("passkey", 2, confirmed=None)])

    assert [f.id for f in found] == ["passkey|2"]


def test_grouping_abandoned_half_of_a_device_does_not_decide_its_kind() -> None:
    found = factors_from([method("totp", link_id="a"), method("push", link_id="a", confirmed=False)])

    assert [f.kind for f in found] == [totp.KIND]


def test_grouping_strongest_comes_first() -> None:
    found = factors("recovery-code", "email", "phone", "totp", "push", "password", "webauthn-roaming")

    kinds = [f.kind.value for f in found]
    assert kinds[:5] == ["webauthn-roaming", "push", "totp", "phone", "email"]
    assert kinds[5:] == ["recovery-code", "password"]


def test_grouping_unknown_type_is_shown_with_its_own_name_and_left_alone() -> None:
    found = factor("smell-of-the-owner")

    assert found.kind is unknown.KIND
    assert found.type_label == "Unknown kind (smell-of-the-owner)"
    assert not found.removable
    assert not found.renamable


@pytest.mark.parametrize("kind", ["password", "recovery-code", "email-verification"])
def test_kind_that_belongs_to_the_account_is_neither_second_factor_nor_removable(kind: str) -> None:
    assert not factor(kind).is_second_factor
    assert not factor(kind).removable
    assert not has_second_factor(factors(kind))


def test_passkey_resists_phishing_and_is_no_second_factor() -> None:
    assert factor("passkey").phishing_resistant
    assert not factor("passkey").is_second_factor
    assert not has_second_factor(factors("passkey", "password"))


def test_unknown_kind_counts_as_something_to_step_up_with() -> None:
    assert has_second_factor(factors("smell-of-the-owner"))


@pytest.mark.parametrize(("backed_up", "synced"), [(True, True), (False, False), (None, None)])
def test_passkey_says_whether_it_is_synced(backed_up: bool | None, synced: bool | None) -> None:
    assert factor("passkey", backed_up=backed_up).synced is synced


def test_other_factor_says_nothing_about_syncing() -> None:
    assert factor("webauthn-roaming", backed_up=True).synced is None


def test_factor_times_are_the_oldest_and_the_latest_of_its_methods() -> None:
    used = START + timedelta(days=40)
    found = factors_from(
        [
            method("push", 1, link_id="a", last_auth_at=START),
            method("totp", 2, link_id="a", last_auth_at=used),
        ]
    )

    assert found[0].added_at == START + timedelta(days=1)
    assert found[0].last_used_at == used


def test_factor_without_times_says_so() -> None:
    assert factor("totp", created_at=None).added_at is None
    assert factor("totp").last_used_at is None


@given(method_lists())
def test_grouping_never_loses_or_doubles_a_method(methods: list[Method]) -> None:
    grouped = [m for found in factors_from(methods) for m in found.methods]

    assert sorted(m.id for m in grouped) == sorted(m.id for m in methods if m.confirmed is not False)


@given(method_lists())
def test_grouping_does_not_hang_on_the_order_of_the_list(methods: list[Method]) -> None:
    def groups(ordered: list[Method]) -> set[frozenset[str]]:
        return {found.method_ids for found in factors_from(ordered)}

    assert groups(methods) == groups(methods[::-1])


@given(method_lists())
def test_grouping_leaves_no_tie_between_two_factors(methods: list[Method]) -> None:
    seen: set[str] = set()
    for found in factors_from(methods):
        ties = set().union(*(m.ties for m in found.methods))
        assert not ties & seen
        seen |= ties
