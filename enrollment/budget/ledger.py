"""The account of one person's writes: pure, with every time in seconds and handed in."""

from dataclasses import dataclass, replace
from typing import Self

from enrollment.gateways.rates import Rate

# Auth0's smallest plan: two writes a minute and person.
DEFAULT_LIMIT = 2
MINUTE = 60.0
# The tenant says its times in whole seconds, rounded up.
ROUNDING = 1.5


@dataclass(frozen=True)
class Ledger:
    """The tenant's last word (`remaining` at `read_at`, one more at `more_at`), and the writes since then.

    `open` are writes whose answer is not known, each good for a minute: lost ones count as made.
    """

    limit: int = DEFAULT_LIMIT
    remaining: int = DEFAULT_LIMIT
    read_at: float = 0.0
    more_at: float = 0.0
    open: tuple[float, ...] = ()

    def left(self, now: float) -> int:
        return max(0, self._at_tenant(now) - len(self._open(now)))

    def opens_at(self, now: float) -> float:
        """Say when a write may be made: now, or at the first moment that frees one."""
        moments = (self.more_at, self.read_at + MINUTE, *(moment + MINUTE for moment in self._open(now)))
        later = sorted(moment for moment in moments if moment > now)
        return next((moment for moment in (now, *later) if self.left(moment)), now + MINUTE)

    def reserved(self, now: float) -> Self:
        return replace(self, open=(*self._open(now), now))

    def settled(self, reserved_at: float, rate: Rate | None, now: float) -> Self:
        """Close a write, with the tenant's word if it gave one.

        Two answers may overtake each other: of two words about the same refill, the smaller is the later.
        """
        waiting = list(self._open(now))
        if reserved_at in waiting:
            waiting.remove(reserved_at)
        if rate is None:
            return replace(self, open=tuple(waiting))
        more_at = now + min(max(rate.wait, 0.0), MINUTE)
        overtaken = now < self.more_at and abs(more_at - self.more_at) < ROUNDING
        return replace(
            self,
            limit=max(1, rate.limit),
            remaining=min(rate.remaining, self.remaining) if overtaken else rate.remaining,
            read_at=now,
            more_at=more_at,
            open=tuple(waiting),
        )

    def _at_tenant(self, now: float) -> int:
        if now >= self.read_at + MINUTE:
            return self.limit
        return min(self.limit, self.remaining + (1 if now >= self.more_at else 0))

    def _open(self, now: float) -> tuple[float, ...]:
        return tuple(moment for moment in self.open if now < moment + MINUTE)
