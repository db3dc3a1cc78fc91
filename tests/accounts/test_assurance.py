"""The record of what was proved, and the verdict on it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, Proof, judged
from accounts.login.authorization_request import AuthorizationRequest
from accounts.step_up.assurance import Assurance, Verdict, merge_proof, verdict
from accounts.step_up.requirement import Requirement

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
ADA = "auth0|ada"
MFA = Requirement(mfa_within=WINDOW)
LOGIN = Requirement(login_within=WINDOW)
BOTH = Requirement(mfa_within=WINDOW, login_within=WINDOW)


@pytest.mark.parametrize(
    ("mfa_age", "outcome"),
    [
        (timedelta(), Verdict.ALLOWED),
        (WINDOW, Verdict.ALLOWED),
        (WINDOW + SECOND, Verdict.MFA_STALE),
        (-CLOCK_LEEWAY, Verdict.ALLOWED),
        (-CLOCK_LEEWAY - SECOND, Verdict.MFA_STALE),
    ],
)
def test_verdict_follows_the_age_of_the_second_factor(mfa_age: timedelta, outcome: Verdict) -> None:
    assert verdict(Assurance(ADA, mfa_at=NOW - mfa_age), MFA, NOW) is outcome


@pytest.mark.parametrize(
    ("assurance", "requirement", "outcome"),
    [
        (None, MFA, Verdict.MFA_MISSING),
        (None, LOGIN, Verdict.LOGIN_MISSING),
        (Assurance(ADA), MFA, Verdict.MFA_MISSING),
        (Assurance(ADA, login_at=NOW), MFA, Verdict.MFA_MISSING),
        (Assurance(ADA, mfa_at=NOW), LOGIN, Verdict.LOGIN_MISSING),
        (Assurance(ADA, mfa_at=NOW, login_at=NOW - WINDOW - SECOND), BOTH, Verdict.LOGIN_STALE),
        (Assurance(ADA, mfa_at=NOW, login_at=NOW), BOTH, Verdict.ALLOWED),
    ],
)
def test_verdict_asks_each_clock_it_was_told_to(
    assurance: Assurance | None, requirement: Requirement, outcome: Verdict
) -> None:
    assert verdict(assurance, requirement, NOW) is outcome


@pytest.mark.parametrize(
    ("mfa_at", "login_at", "outcome"),
    [
        (NOW, NOW, Verdict.ALLOWED),
        (NOW - SECOND, NOW, Verdict.MFA_STALE),
        (NOW, NOW - SECOND, Verdict.LOGIN_STALE),
        (None, NOW, Verdict.MFA_MISSING),
    ],
)
def test_verdict_takes_no_proof_from_before_the_moment_that_voided_it(
    mfa_at: datetime | None, login_at: datetime | None, outcome: Verdict
) -> None:
    voided = Requirement(WINDOW, WINDOW, after=NOW - SECOND)

    assert verdict(Assurance(ADA, mfa_at, login_at), voided, NOW + SECOND) is outcome


def test_requirement_survives_the_trip_to_the_tenant() -> None:
    asked = Requirement(WINDOW, WINDOW, after=NOW)
    trip = AuthorizationRequest.load(AuthorizationRequest.step_up("/", ADA, asked).dump())

    assert trip is not None
    assert trip.requirement == asked


@pytest.mark.parametrize("window", [None, timedelta(), -SECOND])
def test_requirement_that_asks_for_nothing_cannot_be_built(window: timedelta | None) -> None:
    with pytest.raises(ValueError, match="window"):
        Requirement(mfa_within=window)


def test_requirement_defaults_to_the_sites_window(settings: Settings) -> None:
    settings.STEP_UP_MAX_AGE = 60
    assert Requirement.mfa() == Requirement(mfa_within=timedelta(seconds=60))
    assert Requirement.fresh_login() == Requirement(login_within=timedelta(seconds=60))


def test_weaker_proof_keeps_the_second_factor_and_its_methods() -> None:
    strong = merge_proof(None, Proof(ADA, NOW, has_mfa=True, methods=("mfa",), session_id="s1"))
    after = merge_proof(strong, Proof(ADA, NOW + SECOND, login_at=NOW))
    assert after == Assurance(ADA, mfa_at=NOW, login_at=NOW, methods=("mfa",), session_id="s1")


def test_another_persons_proof_is_refused() -> None:
    with pytest.raises(ValueError, match="another"):
        merge_proof(Assurance(ADA, mfa_at=NOW), Proof("auth0|mallory", NOW, has_mfa=True))


moments = st.datetimes(datetime(2026, 11, 24), datetime(2026, 11, 25), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
proofs = st.builds(
    Proof,
    subject=st.just(ADA),
    issued_at=moments,
    login_at=st.none() | moments,
    has_mfa=st.booleans(),
    methods=st.sampled_from([(), ("mfa",), ("pwd",)]),
)
windows = st.none() | st.timedeltas(SECOND, timedelta(hours=12))
requirements = (
    st.tuples(windows, windows, st.none() | moments)
    .filter(lambda asked: any(asked[:2]))
    .map(lambda asked: Requirement(*asked))
)


def replay(events: list[Proof]) -> Assurance | None:
    record = None
    for proof in events:
        record = merge_proof(record, proof)
    return record


def was_proved(
    moments_proved: list[datetime], window: timedelta | None, after: datetime | None, now: datetime
) -> bool:
    if window is None:
        return True
    valid = [moment for moment in moments_proved if after is None or moment > after]
    return any(-CLOCK_LEEWAY <= now - moment <= window for moment in valid)


@given(st.lists(proofs, max_size=8), requirements, moments)
def test_verdict_after_any_events_accepts_only_what_was_proved(
    events: list[Proof], requirement: Requirement, now: datetime
) -> None:
    record = replay(events)
    if verdict(record, requirement, now) is Verdict.ALLOWED:
        mfa = [proof.issued_at for proof in events if proof.has_mfa]
        logins = [proof.login_at for proof in events if proof.login_at]
        assert was_proved(mfa, requirement.mfa_within, requirement.after, now)
        assert was_proved(logins, requirement.login_within, requirement.after, now)


@given(st.lists(st.tuples(proofs, st.sampled_from(HadFactor)), max_size=8), moments)
def test_second_factor_counts_only_where_one_was_there_before(
    trips: list[tuple[Proof, HadFactor]], now: datetime
) -> None:
    record = replay([judged(proof, had) for proof, had in trips])
    counted = [proof.issued_at for proof, had in trips if proof.has_mfa and had is HadFactor.YES]
    assert (record.mfa_at if record else None) == max(counted, default=None)
    if verdict(record, MFA, now) is Verdict.ALLOWED:
        assert was_proved(counted, WINDOW, None, now)


@given(proofs, st.sampled_from(HadFactor))
def test_judging_takes_nothing_but_the_second_factor(proof: Proof, had: HadFactor) -> None:
    judgement = judged(proof, had)
    assert replace(judgement, has_mfa=proof.has_mfa, doubt=None) == proof
    assert judgement.has_mfa == (proof.has_mfa and had is HadFactor.YES)
    assert judgement.doubt == (had if proof.has_mfa and not judgement.has_mfa else None)
    assert judged(judgement, HadFactor.YES) == judgement


@given(st.lists(proofs, min_size=1, max_size=8))
def test_record_never_gets_weaker_or_older(events: list[Proof]) -> None:
    record = merge_proof(None, events[0])
    for proof in events[1:]:
        after = merge_proof(record, proof)
        for before_at, after_at in ((record.mfa_at, after.mfa_at), (record.login_at, after.login_at)):
            assert before_at is None or (after_at is not None and after_at >= before_at)
        record = after


@given(st.lists(proofs, min_size=1, max_size=6), st.randoms())
def test_record_is_the_same_in_whatever_order_proofs_arrive(events: list[Proof], rng: random.Random) -> None:
    shuffled = rng.sample(events, len(events))
    first, second = replay(events), replay(shuffled)
    assert first
    assert second
    assert (first.mfa_at, first.login_at) == (second.mfa_at, second.login_at)
