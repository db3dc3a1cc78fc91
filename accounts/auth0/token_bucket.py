"""The tenant's token bucket for an API as far as its answers tell, and the turns of those who wait for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from accounts.auth0.answers import RateLimitHeaders

# Auth0's smallest plan, assumed until an answer tells of another one.
SMALLEST_LIMIT = 2
# No answer tells how fast a bucket refills. Of those that Auth0 documents none takes longer than this, and
# none gains fewer a second: https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
FULL_AFTER_SECONDS = 6.0
SLOWEST_PER_SECOND = 100 / 60
# Turns are given to a little less, since each call takes its time as well.
TURNS_SHARE = 0.9
LONGEST_HOLD_SECONDS = 60.0
# An answer tells whole tokens.
ROUNDED_OFF = 0.99
# Paid plans have several buckets and do not say which one answered: the smallest counts for so long.
LIMIT_KEPT_SECONDS = 60.0
# A call that has no answer by then has lost it.
LOST_AFTER_SECONDS = 15.0
# Whoever does not come to their turn is waited for so long, and may still come later.
ABSENT_AFTER_SECONDS = 3.0
TURN_KEPT_SECONDS = 30.0
MOST_TURNS = 500


@dataclass(frozen=True)
class TokenBucket:
    """`remaining` tokens as of a moment, later than now after a refusal. A call takes one as it is made.

    `unanswered` are the moments of calls on their way, which an answer to another one may not know of yet.
    `turns` are the moments at which those who wait may call.
    """

    limit: int = SMALLEST_LIMIT
    remaining: float = SMALLEST_LIMIT
    as_of: float = 0.0
    answered_at: float = 0.0
    is_known: bool = False
    unanswered: tuple[float, ...] = ()
    turns: Mapping[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return max(self.limit / FULL_AFTER_SECONDS, SLOWEST_PER_SECOND)

    @property
    def reserve(self) -> int:
        """How many tokens are left alone by whoever can wait."""
        return min(max(1, self.limit // 4), self.limit - 1)

    def left(self, now: float) -> float:
        return max(0.0, self._at_tenant(now))

    def is_learning(self, now: float) -> bool:
        """Whether the first answer, which tells the limit, is on its way."""
        return not self.is_known and bool(self._open(now))

    def may_go(self, who: str, now: float) -> bool:
        """Say whether one who can wait may call now: above the reserve, and behind those whose turn it is."""
        is_due = self.turns.get(who, now + 1) <= now
        ahead = 0 if is_due else sum(now - ABSENT_AFTER_SECONDS < at <= now for at in self.turns.values())
        return self.left(now) >= self.reserve + 1 + ahead

    def opens_at(self, who: str, now: float) -> float:
        """Say when one who can wait may call: at their turn if they have one, else behind everybody."""
        free_at, gap = self._free_at(now), 1 / (self.per_second * TURNS_SHARE)
        if who not in self.turns:
            return max([free_at, *(at + gap for at in self.turns.values())])
        own = self.turns[who]
        if own > now:
            return max(own, free_at)
        # Of those whose turn has come, each is told another moment, or all would come back at once.
        ahead = sum(now - ABSENT_AFTER_SECONDS < at < own for at in self.turns.values())
        return free_at + ahead * gap

    # What happened

    def booked(self, who: str, at: float, now: float) -> Self:
        turns = self._coming(now)
        return replace(self, turns={**turns, who: at} if len(turns) < MOST_TURNS else turns)

    def taken(self, who: str, now: float) -> Self:
        turns = {name: at for name, at in self._coming(now).items() if name != who}
        made = replace(self, unanswered=(*self._open(now), now), turns=turns)
        is_held = 0 < self.as_of - now <= LONGEST_HOLD_SECONDS
        return made if is_held else replace(made, remaining=max(0.0, self._at_tenant(now) - 1), as_of=now)

    def answered(self, taken_at: float, told: RateLimitHeaders | None, now: float) -> Self:
        """Close a call, with the tenant's word if it gave one.

        It is as of half the way, for an answer that takes its time gains tokens meanwhile, and it is a whole
        number: where our own count lies between it and the next one, that is better. Two answers may overtake
        each other: the word with fewer tokens is the later one.
        """
        closed = self._closed(taken_at, now)
        if now < self.as_of or (told and self._is_another(told, now)):
            return closed
        if told is None:  # nobody knows whether it counted: a tenant that fails holds nobody back
            return replace(closed, remaining=min(self.limit, self._at_tenant(now) + 1), as_of=now)
        known = replace(closed, limit=max(1, told.limit), is_known=True, as_of=now, answered_at=now)
        gained = (now - taken_at) / 2 * known.per_second
        made_since = sum(at > taken_at for at in known.unanswered)
        remaining = min(known.limit, told.remaining + gained) - made_since
        if self.is_known and told.limit == self.limit:
            own = self._at_tenant(now)
            if taken_at < self.answered_at:
                remaining = min(own, remaining)
            else:
                remaining = min(max(own, remaining), remaining + ROUNDED_OFF)
        return replace(known, remaining=max(0.0, remaining))

    def refused(self, taken_at: float, wait: float, now: float) -> Self:
        """Close a call that was refused; everybody's turn moves behind the wait."""
        opens_at = max(self.as_of, now + min(wait, LONGEST_HOLD_SECONDS))
        awaited = {name: at for name, at in self.turns.items() if at > now - ABSENT_AFTER_SECONDS}
        delay = max(0.0, opens_at - min(awaited.values(), default=opens_at))
        turns = {**self._coming(now), **{name: at + delay for name, at in awaited.items()}}
        return replace(self._closed(taken_at, now), remaining=1.0, as_of=opens_at, turns=turns)

    # Parts of these

    def _at_tenant(self, now: float) -> float:
        if self.as_of - now > LONGEST_HOLD_SECONDS:  # the clock was set back
            return self.limit
        if now < self.as_of:
            return 0.0
        return min(self.limit, self.remaining + (now - self.as_of) * self.per_second)

    def _free_at(self, now: float) -> float:
        """Say when there is one above the reserve."""
        since = max(now, self.as_of) if self.as_of - now <= LONGEST_HOLD_SECONDS else now
        missing = self.reserve + 1 - self._at_tenant(since)
        return since + max(0.0, missing) / self.per_second

    def _is_another(self, told: RateLimitHeaders, now: float) -> bool:
        return self.is_known and told.limit > self.limit and now - self.as_of < LIMIT_KEPT_SECONDS

    def _closed(self, taken_at: float, now: float) -> Self:
        waiting = list(self._open(now))
        if taken_at in waiting:
            waiting.remove(taken_at)
        return replace(self, unanswered=tuple(waiting))

    def _open(self, now: float) -> tuple[float, ...]:
        return tuple(at for at in self.unanswered if at <= now < at + LOST_AFTER_SECONDS)

    def _coming(self, now: float) -> dict[str, float]:
        return {name: at for name, at in self.turns.items() if now < at + TURN_KEPT_SECONDS}
