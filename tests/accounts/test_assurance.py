"""The record of what was proved, and the verdict on it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, Proof
from accounts.auth0.judging import (
    LONGEST_TRIP,
    UNASKED_MFA_WITHIN,
    judged,
    passkey_before,
    with_passkey,
    with_security_key,
    without_repeated_mfa,
)
from accounts.auth0.methods_claim import ToldMethods
from accounts.login.authorization_request import AuthorizationRequest
from accounts.step_up.assurance import Assurance, Verdict, merge_proof, verdict
from accounts.step_up.requirement import Requirement

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
ADA = "auth0|ada"
MFA = Requirement(mfa_within=WINDOW)
RESISTANT = Requirement(phishing_resistant_within=WINDOW)
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
        (None, RESISTANT, Verdict.PHISHING_RESISTANT_MISSING),
        (Assurance(ADA, mfa_at=NOW, login_at=NOW), RESISTANT, Verdict.PHISHING_RESISTANT_MISSING),
        (Assurance(ADA, phishing_resistant_at=NOW), RESISTANT, Verdict.ALLOWED),
        (Assurance(ADA, phishing_resistant_at=NOW), MFA, Verdict.MFA_MISSING),
        (
            Assurance(ADA, phishing_resistant_at=NOW - WINDOW - SECOND),
            RESISTANT,
            Verdict.PHISHING_RESISTANT_STALE,
        ),
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
    asked = Requirement(WINDOW, WINDOW, after=NOW, phishing_resistant_within=2 * WINDOW)
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
    assert Requirement.phishing_resistant() == Requirement(phishing_resistant_within=timedelta(seconds=60))
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
told = st.none() | st.builds(
    ToldMethods,
    passkey_at=st.none() | moments,
    second_factor_at=st.none() | moments,
    security_key_at=st.none() | moments,
)
proofs = st.builds(
    Proof,
    subject=st.just(ADA),
    issued_at=moments,
    login_at=st.none() | moments,
    has_mfa=st.booleans(),
    methods=st.sampled_from([(), ("mfa",), ("pwd",)]),
    told=told,
)
had = st.sampled_from(HadFactor)
windows = st.none() | st.timedeltas(SECOND, timedelta(hours=12))
requirements = (
    st.tuples(windows, windows, windows, st.none() | moments)
    .filter(lambda asked: any(asked[:3]))
    .map(lambda asked: Requirement(*asked[:2], phishing_resistant_within=asked[2], after=asked[3]))
)


class Trip(NamedTuple):
    """A token, what was on the account before, when it was asked for, and what the site counts."""

    proof: Proof
    second_factor: HadFactor
    passkey: HadFactor
    security_key: HadFactor
    began_at: datetime
    passkey_is_mfa: bool

    @property
    def judgement(self) -> Proof:
        proof = judged(self.proof, self.second_factor)
        proof = with_security_key(proof, self.security_key, self.began_at)
        return with_passkey(proof, self.passkey, self.began_at, is_mfa=self.passkey_is_mfa)

    @property
    def has_mfa(self) -> bool:
        return self.proof.has_mfa and self.second_factor is HadFactor.YES

    def used_passkey(self) -> list[datetime]:
        told = self.proof.told
        if told is None or told.passkey_at is None or self.passkey is not HadFactor.YES:
            return []
        return [min(told.passkey_at, self.proof.issued_at)]

    def used_key(self) -> list[datetime]:
        told = self.proof.told
        if told is None or told.security_key_at is None or self.security_key is not HadFactor.YES:
            return []
        is_of_trip = told.security_key_at >= self.began_at - CLOCK_LEEWAY
        return [min(told.security_key_at, self.proof.issued_at)] if self.has_mfa and is_of_trip else []

    def second_factors(self) -> list[datetime]:
        passkeys = self.used_passkey() if self.passkey_is_mfa else []
        return [*([self.proof.issued_at] if self.has_mfa else []), *passkeys]


trips = st.builds(Trip, proofs, had, had, had, moments, st.booleans())


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


@given(st.lists(trips, max_size=8), requirements, moments)
def test_verdict_after_any_events_accepts_only_what_was_proved(
    events: list[Trip], requirement: Requirement, now: datetime
) -> None:
    record = replay([trip.judgement for trip in events])
    if verdict(record, requirement, now) is Verdict.ALLOWED:
        mfa = [moment for trip in events for moment in trip.second_factors()]
        resistant = [moment for trip in events for moment in (*trip.used_passkey(), *trip.used_key())]
        logins = [trip.proof.login_at for trip in events if trip.proof.login_at]
        assert was_proved(mfa, requirement.mfa_within, requirement.after, now)
        assert was_proved(logins, requirement.login_within, requirement.after, now)
        assert was_proved(resistant, requirement.phishing_resistant_within, requirement.after, now)


def tightened(requirement: Requirement, spans: list[timedelta | None], later: timedelta) -> Requirement:
    """Ask for no less: windows as long or shorter, more of them, after a later moment."""
    known = (requirement.mfa_within, requirement.login_within, requirement.phishing_resistant_within)
    mfa, login, resistant = (
        min((span for span in pair if span is not None), default=None)
        for pair in zip(known, spans, strict=True)
    )
    after = (requirement.after or datetime.min.replace(tzinfo=UTC)) + later
    return Requirement(mfa, login, after=after, phishing_resistant_within=resistant)


@given(
    st.lists(trips, max_size=8),
    requirements,
    st.lists(windows, min_size=3, max_size=3),
    st.timedeltas(timedelta(), timedelta(hours=1)),
    moments,
)
def test_stricter_requirement_never_opens_where_a_laxer_one_does_not(
    events: list[Trip],
    laxer: Requirement,
    spans: list[timedelta | None],
    later: timedelta,
    now: datetime,
) -> None:
    record, stricter = replay([trip.judgement for trip in events]), tightened(laxer, spans, later)
    if verdict(record, stricter, now) is Verdict.ALLOWED:
        assert verdict(record, laxer, now) is Verdict.ALLOWED


@given(st.lists(trips, max_size=8), windows.filter(bool), st.timedeltas(timedelta(), timedelta(hours=1)))
def test_what_opens_to_phishing_resistant_proof_opens_to_a_second_factor_where_passkeys_are_one(
    events: list[Trip], window: timedelta, since: timedelta
) -> None:
    events = [trip._replace(passkey_is_mfa=True) for trip in events]
    now = max((trip.proof.issued_at for trip in events), default=NOW) + since
    record = replay([trip.judgement for trip in events])
    if verdict(record, Requirement(phishing_resistant_within=window), now) is Verdict.ALLOWED:
        assert verdict(record, Requirement(mfa_within=window), now) is Verdict.ALLOWED


@given(st.lists(trips, max_size=8), moments)
def test_passkey_is_no_second_factor_where_the_site_says_so(events: list[Trip], now: datetime) -> None:
    events = [trip._replace(passkey_is_mfa=False) for trip in events]
    record = replay([trip.judgement for trip in events])
    if verdict(record, MFA, now) is Verdict.ALLOWED:
        assert was_proved([t.proof.issued_at for t in events if t.has_mfa], WINDOW, None, now)


@given(trips)
def test_proof_counts_for_nothing_that_was_not_judged(trip: Trip) -> None:
    assert trip.proof.phishing_resistant_at is None
    assert trip.judgement.told == trip.proof.told


@given(moments, moments)
def test_passkey_must_have_been_there_before_the_trip_that_used_it(
    used_at: datetime, began_at: datetime
) -> None:
    before = passkey_before(used_at, began_at)
    assert before <= began_at
    # Within the trip by what it takes to make one at the tenant's pages; before it by far more.
    assert before == began_at or used_at - before == LONGEST_TRIP


@given(proofs, moments)
def test_second_factor_not_asked_for_counts_from_the_tenants_time_of_this_trip_or_right_after_the_first(
    proof: Proof, began_at: datetime
) -> None:
    kept = without_repeated_mfa(proof, began_at)
    assert not kept.has_mfa or proof.has_mfa
    if not kept.has_mfa:
        assert kept.second_factor_at is None
        return
    is_recent = proof.login_at is not None and proof.issued_at - proof.login_at <= UNASKED_MFA_WITHIN
    if not is_recent:
        assert proof.told is not None
        assert proof.told.second_factor_at is not None
        assert proof.told.second_factor_at >= began_at - CLOCK_LEEWAY
        assert kept.second_factor_at == min(proof.told.second_factor_at, proof.issued_at)


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


def clocks(record: Assurance) -> tuple[datetime | None, ...]:
    return record.mfa_at, record.login_at, record.phishing_resistant_at


@given(st.lists(trips, min_size=1, max_size=8))
def test_record_never_gets_weaker_or_older(events: list[Trip]) -> None:
    record = merge_proof(None, events[0].judgement)
    for trip in events[1:]:
        after = merge_proof(record, trip.judgement)
        for before_at, after_at in zip(clocks(record), clocks(after), strict=True):
            assert before_at is None or (after_at is not None and after_at >= before_at)
        record = after


@given(st.lists(trips, min_size=1, max_size=6), st.randoms())
def test_record_is_the_same_in_whatever_order_proofs_arrive(trips: list[Trip], rng: random.Random) -> None:
    events = [trip.judgement for trip in trips]
    first, second = replay(events), replay(rng.sample(events, len(events)))
    assert first
    assert second
    assert clocks(first) == clocks(second)
