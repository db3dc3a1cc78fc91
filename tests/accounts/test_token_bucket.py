"""The bucket by itself: readers are never refused, leave the reserve alone, and get their turns in order."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.auth0.answers import RateLimitHeaders
from accounts.auth0.management_limiter import LOOK_EVERY_SECONDS, PATIENCE_SECONDS
from accounts.auth0.token_bucket import (
    LONGEST_HOLD_SECONDS,
    LOST_AFTER_SECONDS,
    MOST_TURNS,
    SLOWEST_PER_SECOND,
    TURN_KEPT_SECONDS,
    TokenBucket,
)

NOW = 1_800_000_000.0
# Bucket and refill a second of every plan that Auth0 documents for its Management API.
PLANS = [(2, 2.0), (10, 2.5), (40, 500 / 60), (20, 200 / 60), (10, 100 / 60), (5, 100 / 60), (50, 16.0)]


@dataclass
class RealBucket:
    """The tenant's own, which nobody here sees but by its answers."""

    limit: int
    per_second: float
    tokens: float = 0.0
    at: float = NOW

    def __post_init__(self) -> None:
        self.tokens = float(self.limit)

    def call(self, now: float) -> RateLimitHeaders | None:
        """Answer a call, or refuse it."""
        self.tokens = min(self.limit, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return None
        self.tokens -= 1
        return RateLimitHeaders(self.limit, floor(self.tokens), 0.0)


def known(limit: int, remaining: int, now: float = NOW) -> TokenBucket:
    return TokenBucket().answered(now, RateLimitHeaders(limit, remaining, 0.0), now)


steps = st.lists(st.tuples(st.floats(min_value=0.001, max_value=2), st.integers(0, 9)), max_size=60)


@pytest.mark.parametrize(("limit", "per_second"), PLANS)
@given(steps=steps)
def test_reader_is_never_refused_and_leaves_the_reserve(
    limit: int, per_second: float, steps: list[tuple[float, int]]
) -> None:
    bucket, real, now = TokenBucket(), RealBucket(limit, per_second), NOW
    for pause, reader in steps:
        now += pause
        who = str(reader)
        if not bucket.may_go(who, now):
            bucket = bucket.booked(who, bucket.opens_at(who, now), now)
            continue
        bucket = bucket.taken(who, now)
        told = real.call(now)
        assert told is not None
        assert told.remaining >= TokenBucket(limit=limit).reserve
        bucket = bucket.answered(now, told, now + 0.0005)


@pytest.mark.parametrize(("limit", "per_second"), PLANS)
@given(answers=st.permutations(range(8)), pause=st.floats(min_value=0, max_value=0.5))
def test_answers_that_overtake_each_other_promise_nothing_that_is_not_there(
    limit: int, per_second: float, answers: list[int], pause: float
) -> None:
    real = RealBucket(limit, per_second)
    bucket, calls, now = known(limit, limit), list[tuple[float, RateLimitHeaders | None]](), NOW
    for number in range(8):
        now += 0.001
        bucket = bucket.taken(str(number), now)
        calls.append((now, real.call(now)))
    for number in answers:
        now += 0.001
        taken_at, told = calls[number]
        bucket = bucket.answered(taken_at, told, now) if told else bucket.refused(taken_at, 1.0, now)
    now += pause
    assert bucket.left(now) <= min(limit, real.tokens + (now - real.at) * per_second) + 0.05


@given(st.integers(2, 60))
def test_those_who_wait_get_turns_one_after_the_other_and_no_faster_than_the_bucket_refills(
    people: int,
) -> None:
    bucket, turns = known(2, 1), list[float]()
    for number in range(people):
        at = bucket.opens_at(str(number), NOW)
        bucket = bucket.booked(str(number), at, NOW)
        turns.append(at)
    assert all(later - earlier >= 1 / SLOWEST_PER_SECOND for earlier, later in pairwise(turns))
    assert turns[-1] - NOW <= people


@pytest.mark.parametrize("latency", [0.01, 0.3, 0.6])
@pytest.mark.parametrize(("limit", "per_second"), PLANS)
def test_everybody_has_called_in_time_and_few_tries_however_slow_the_answers(
    limit: int, per_second: float, latency: float
) -> None:
    """Fifty pages at once: each looks for a while, and comes back after as many seconds as it was told."""
    bucket, real = TokenBucket(), RealBucket(limit, per_second)
    # What happens next, by its moment: an answer, or somebody looks, who stays until a moment.
    events: list[tuple[float, str, Any]] = [
        (NOW + number / 1000, str(number), NOW + PATIENCE_SECONDS) for number in range(50)
    ]
    tries, refusals, last = Counter(str(number) for number in range(50)), 0, NOW
    while events:
        now, who, what = events.pop(events.index(min(events, key=lambda event: event[0])))
        if isinstance(what, tuple):
            taken_at, told = what
            bucket = bucket.answered(taken_at, told, now) if told else bucket.refused(taken_at, 1.0, now)
            refusals, last = refusals + (told is None), now
        elif bucket.may_go(who, now):
            bucket = bucket.taken(who, now)
            events.append((now + latency, who, (now, real.call(now + latency / 2))))
        elif bucket.is_learning(now):
            events.append((now + LOOK_EVERY_SECONDS, who, what))
        else:
            opens_at = bucket.opens_at(who, now)
            bucket = bucket.booked(who, opens_at, now)
            if opens_at <= what:
                events.append((now + LOOK_EVERY_SECONDS, who, what))
            else:
                back_at = now + max(1, ceil(opens_at - now)) + int(who) / 50
                events.append((back_at, who, back_at + PATIENCE_SECONDS))
                tries[who] += 1
    assert refusals <= 3
    assert max(tries.values()) <= 5
    assert last - NOW <= 50 / SLOWEST_PER_SECOND * 1.5


def test_whoever_looks_again_keeps_their_turn() -> None:
    bucket = known(2, 1)
    for who in ("ada", "ben", "cyd"):
        bucket = bucket.booked(who, bucket.opens_at(who, NOW), NOW)
    assert bucket.opens_at("ben", NOW + 0.1) == bucket.turns["ben"] < bucket.turns["cyd"]


def test_whose_turn_it_is_goes_before_somebody_new() -> None:
    bucket = known(2, 1).booked("ada", NOW + 0.6, NOW)
    assert bucket.may_go("ada", NOW + 0.7)
    assert not bucket.may_go("ben", NOW + 0.7)


def test_whoever_does_not_come_holds_nobody_up_for_long() -> None:
    bucket = known(2, 1).booked("ada", NOW + 0.6, NOW)
    assert not bucket.may_go("ben", NOW + 3)
    assert bucket.may_go("ben", NOW + 4)
    assert "ada" not in bucket.taken("ben", NOW + 1 + TURN_KEPT_SECONDS).turns


def test_turns_that_are_kept_have_a_limit() -> None:
    bucket = known(2, 1)
    for number in range(MOST_TURNS + 5):
        bucket = bucket.booked(str(number), NOW + number, NOW)
    assert len(bucket.turns) == MOST_TURNS


def test_refusal_is_waited_for_and_moves_every_turn_behind_it() -> None:
    bucket = known(2, 1).booked("ada", NOW + 1, NOW).booked("ben", NOW + 2, NOW)
    bucket = bucket.refused(NOW, 10.0, NOW)
    assert bucket.left(NOW + 9.9) == 0
    assert not bucket.may_go("ada", NOW + 9.9)
    assert bucket.turns == {"ada": NOW + 10, "ben": NOW + 11}
    assert bucket.may_go("ada", NOW + 11)


def test_refusal_of_a_day_holds_for_a_minute() -> None:
    assert known(2, 1).refused(NOW, 86_400.0, NOW).left(NOW + LONGEST_HOLD_SECONDS) == 1


def test_clock_that_was_set_back_holds_nobody_up() -> None:
    bucket = known(2, 0)
    assert bucket.may_go("ada", NOW - 3600)
    assert bucket.opens_at("ada", NOW - 3600) == NOW - 3600


def test_call_without_an_answer_counts_until_it_has_lost_it() -> None:
    bucket = known(10, 10).taken("ada", NOW)
    assert bucket.left(NOW) == 9
    assert bucket.left(NOW + LOST_AFTER_SECONDS) == 10


def test_call_that_failed_gives_its_token_back() -> None:
    bucket = known(2, 2).taken("ada", NOW).answered(NOW, None, NOW)
    assert bucket.may_go("ben", NOW)


def test_larger_bucket_of_the_same_tenant_hides_nothing_of_the_smaller() -> None:
    bucket = known(10, 1).answered(NOW + 0.01, RateLimitHeaders(40, 39, 0.0), NOW + 0.02)
    assert bucket.left(NOW + 0.02) < 2
    later = bucket.answered(NOW + 70, RateLimitHeaders(40, 39, 0.0), NOW + 70)
    assert later.left(NOW + 70) == 39


def test_smaller_limit_counts_at_once() -> None:
    bucket = known(50, 49).answered(NOW + 0.01, RateLimitHeaders(2, 1, 0.0), NOW + 0.02)
    assert bucket.limit == 2
    assert not bucket.may_go("ada", NOW + 0.02)


def test_first_call_goes_and_the_others_wait_to_learn_the_limit() -> None:
    bucket = TokenBucket()
    assert bucket.may_go("ada", NOW)
    bucket = bucket.taken("ada", NOW)
    assert bucket.is_learning(NOW)
    assert not bucket.may_go("ben", NOW)
    assert bucket.answered(NOW, RateLimitHeaders(10, 9, 0.0), NOW + 0.1).may_go("ben", NOW + 0.1)
