"""Whether somebody had an independent second factor before a moment: pure, and from what is cached."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor
from accounts.identity import subject_of
from accounts.signals import had_second_factor
from enrollment.account.earlier import had_independent
from enrollment.account.methods import Method, factors_from
from enrollment.gateways import factor_cache
from enrollment.kinds.registry import kinds
from mfaproject.users.models import User
from tests.enrollment.makers import START, TYPES, factors, method, method_lists
from tests.support.clock import Clock
from tests.support.tenant import Tenant

BEFORE = START + timedelta(days=30)
LIST = "GET /api/v2/users/*/authentication-methods"
INDEPENDENT = [kind.value for kind in kinds() if kind.independent]


@pytest.mark.parametrize("kind", INDEPENDENT)
@pytest.mark.parametrize(
    ("age", "had"),
    [
        (timedelta(days=1), HadFactor.YES),
        (CLOCK_LEEWAY + timedelta(seconds=1), HadFactor.YES),
        (CLOCK_LEEWAY, HadFactor.NO),
        (timedelta(), HadFactor.NO),
        (-timedelta(days=1), HadFactor.NO),
    ],
)
def test_factor_counts_by_when_it_was_set_up(kind: str, age: timedelta, had: HadFactor) -> None:
    found = factors(kind, created_at=BEFORE - age)
    assert had_independent(found, BEFORE) is had
    assert had_independent(found, None) is HadFactor.YES


def test_factor_begun_long_ago_and_confirmed_on_the_way_is_none() -> None:
    found = factors("totp", created_at=START, enrolled_at=BEFORE + timedelta(seconds=20))
    assert had_independent(found, BEFORE) is HadFactor.NO


@pytest.mark.parametrize("kind", ["email", "email-verification", "passkey", "password", "recovery-code"])
def test_what_does_not_stand_alone_is_none(kind: str) -> None:
    assert had_independent(factors(kind), BEFORE) is HadFactor.NO
    assert had_independent(factors(kind), None) is HadFactor.NO


def test_nobody_knows_of_an_unknown_kind_or_of_one_without_a_time() -> None:
    assert had_independent(factors("smell-of-the-owner"), None) is HadFactor.UNKNOWN
    assert had_independent(factors("totp", created_at=None), BEFORE) is HadFactor.UNKNOWN


times = st.none() | st.timedeltas(-CLOCK_LEEWAY, timedelta(days=1)).map(lambda later: BEFORE + later)


@st.composite
def set_up_on_the_way(draw: st.DrawFn) -> list[Method]:
    """Methods of which some time that is known is not before the trip, by a clock that may be behind."""
    kinds = draw(st.lists(st.sampled_from(TYPES), max_size=4))
    made = []
    for number, kind in enumerate(kinds, 50):
        created_at, enrolled_at = draw(times), draw(times)
        earlier = draw(st.booleans()) and enrolled_at is not None
        made.append(
            method(kind, number, created_at=START if earlier else created_at, enrolled_at=enrolled_at)
        )
    return made


@given(method_lists(), set_up_on_the_way())
def test_nothing_set_up_on_the_way_makes_a_yes(before: list[Method], added: list[Method]) -> None:
    earlier = had_independent(factors_from(before), BEFORE)
    after = had_independent(factors_from([*before, *added]), BEFORE)
    assert (after is HadFactor.YES) == (earlier is HadFactor.YES)


@given(method_lists())
def test_yes_is_said_of_a_confirmed_factor_that_stands_alone(methods: list[Method]) -> None:
    sound = [each for each in methods if each.confirmed is not False and each.kind.independent]
    assert (had_independent(factors_from(methods), None) is HadFactor.YES) == bool(sound)
    timed = [each for each in sound if each.created_at]
    assert (had_independent(factors_from(methods), BEFORE) is HadFactor.YES) == bool(timed)


@given(method_lists())
def test_unconfirmed_enrollment_is_no_factor(methods: list[Method]) -> None:
    pending = [replace(each, confirmed=False) for each in methods]
    assert had_independent(factors_from(pending), None) is HadFactor.NO


# From what is cached, and from the tenant


def test_question_is_answered_by_one_call_that_serves_the_next_page(tenant: Tenant, tess: User) -> None:
    sub = subject_of(tess) or ""
    assert had_second_factor(sub, may_call=False) is HadFactor.UNKNOWN
    assert had_second_factor(sub) is HadFactor.YES
    tenant.exchanges()
    assert had_second_factor(sub, may_call=False) is HadFactor.YES
    assert factor_cache.factors_of(sub).factors
    assert tenant.exchanges() == []


def test_list_of_yesterday_is_no_answer_while_the_tenant_fails(
    tenant: Tenant, tess: User, elapse: Clock
) -> None:
    sub = subject_of(tess) or ""
    factor_cache.factors_of(sub)
    elapse(90)
    tenant.fault(LIST, status=503)
    assert factor_cache.factors_of(sub).factors
    assert had_second_factor(sub) is HadFactor.UNKNOWN


def test_tenant_that_fails_is_not_asked_at_every_question(tenant: Tenant, tess: User) -> None:
    tenant.fault(LIST, status=503)
    had_second_factor(subject_of(tess) or "")
    tenant.exchanges()
    assert had_second_factor(subject_of(tess) or "") is HadFactor.UNKNOWN
    assert tenant.exchanges() == []
