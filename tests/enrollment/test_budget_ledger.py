"""The account of writes by itself: what it promises it keeps, and it never gives more than the tenant."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.auth0.answers import RateLimitHeaders
from enrollment.gateways.rate_limit import MINUTE, WriteCount

NOW = 1_800_000_000.0

moments = st.floats(min_value=0, max_value=50)
rates = st.builds(
    RateLimitHeaders,
    limit=st.integers(min_value=0, max_value=6),
    remaining=st.integers(min_value=0, max_value=6),
    wait=st.floats(min_value=-10, max_value=100_000),
)
steps = st.lists(st.tuples(moments, st.none() | rates), max_size=12)


def kept(history: list[tuple[float, RateLimitHeaders | None]]) -> tuple[WriteCount, float]:
    """An account after writes; each may have been answered with a word of the tenant's."""
    ledger, now = WriteCount(), NOW
    for pause, rate in history:
        now += pause
        if ledger.left(now):
            ledger = ledger.reserved(now)
            ledger = ledger.settled(now, rate, now) if rate else ledger
    return ledger, now


@given(steps)
def test_promised_moment_is_within_a_minute_and_kept(
    history: list[tuple[float, RateLimitHeaders | None]],
) -> None:
    ledger, now = kept(history)
    opens_at = ledger.opens_at(now)
    assert now <= opens_at <= now + MINUTE
    assert ledger.left(opens_at) > 0
    assert (opens_at == now) == (ledger.left(now) > 0)


@given(steps)
def test_reserving_takes_one_and_never_gives_more(
    history: list[tuple[float, RateLimitHeaders | None]],
) -> None:
    ledger, now = kept(history)
    before = ledger.left(now)
    assert 0 <= before <= max(2, ledger.limit)
    assert ledger.reserved(now).left(now) == max(0, before - 1)


@given(st.lists(moments, max_size=20))
def test_without_a_word_of_the_tenant_no_minute_holds_more_than_two(pauses: list[float]) -> None:
    ledger, now, made = WriteCount(), NOW, list[float]()
    for pause in pauses:
        now += pause
        if ledger.left(now):
            ledger, made = ledger.reserved(now), [*made, now]
    assert all(later - earlier >= MINUTE for earlier, later in zip(made, made[2:], strict=False))


def test_answers_that_overtake_each_other_leave_the_smaller_number() -> None:
    ledger = WriteCount().reserved(NOW).reserved(NOW + 0.1)
    ledger = ledger.settled(NOW + 0.1, RateLimitHeaders(2, 0, 30), NOW + 1).settled(
        NOW, RateLimitHeaders(2, 1, 30), NOW + 1.1
    )
    assert ledger.left(NOW + 2) == 0
    assert ledger.left(NOW + 31.1) == 1
