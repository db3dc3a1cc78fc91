"""What was said beside what is so; pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.mail import Notice

# How a row of the trail says that a change ended.
DONE, NOT_DONE = "done", ("failed", "refused")


class Claim(StrEnum):
    """What somebody was told of a change. `NOTHING`: not told, as where no answer came."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Effect:
    """One thing that a change does.

    `recorded`: the trail is to have a row of it. `looked_up`: the tenant can be asked afterwards whether it
    was done, so that no row may leave it open.
    """

    action: str
    factor_id: str = ""
    recorded: bool = True
    looked_up: bool = True


@dataclass(frozen=True)
class Row:
    """A row of the trail."""

    action: str
    factor_id: str
    outcome: str


@dataclass(frozen=True)
class Said:
    """An answer; `wrong` names what of it is false by itself, such as a list that is not the tenant's."""

    claims: Mapping[Effect, Claim] = field(default_factory=dict)
    words: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What came of one change.

    An effect was seen to be there when the answer came (`then`), when all calls were over (`later`), and at
    the end, once time had passed and the account was looked at (`done`).
    """

    said: Said
    then: frozenset[Effect]
    later: frozenset[Effect]
    done: frozenset[Effect]
    effects: tuple[Effect, ...]
    rows: tuple[Row, ...] = ()
    left_open: int = 0
    due: Counter[str] = field(default_factory=Counter)
    received: tuple[Notice, ...] = ()

    def rows_of(self, effect: Effect) -> list[str]:
        """How its rows say that it ended, oldest first."""
        return [
            row.outcome
            for row in self.rows
            if row.action == effect.action and effect.factor_id in ("", row.factor_id)
        ]

    def is_known_done(self, effect: Effect) -> bool:
        """Whether it was done, and the site could know it."""
        return effect in self.done and (effect.looked_up or DONE in self.rows_of(effect))


@dataclass(frozen=True)
class Verdict:
    false: tuple[str, ...] = ()
    lost_rows: tuple[str, ...] = ()
    lost_emails: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    # Emails that came twice with one Message-ID, as they may where a process died in between.
    repeated: int = 0
    is_unknown: bool = False

    @property
    def is_true(self) -> bool:
        return not (self.false or self.lost_rows or self.lost_emails or self.doubled)


def judge(evidence: Evidence) -> Verdict:
    """Hold every statement against what is so."""
    recorded = [effect for effect in evidence.effects if effect.recorded]
    left_open = [f"{evidence.left_open} operations are left open"] if evidence.left_open else []
    return Verdict(
        false=(
            *evidence.said.wrong,
            *(line for effect in evidence.effects for line in _false_claims(evidence, effect)),
            *(line for effect in recorded for line in _false_rows(evidence, effect)),
            *_false_emails(evidence),
        ),
        lost_rows=(*left_open, *(line for effect in recorded for line in _lost_rows(evidence, effect))),
        lost_emails=tuple((evidence.due - _subjects(evidence)).elements()),
        doubled=(
            *(f"rows of {effect.action}" for effect in recorded if _is_doubled(evidence, effect)),
            *(_subjects(evidence) - evidence.due).elements(),
        ),
        repeated=len(evidence.received) - len(set(evidence.received)),
        is_unknown=Claim.UNKNOWN in evidence.said.claims.values(),
    )


def _false_claims(evidence: Evidence, effect: Effect) -> list[str]:
    claim = evidence.said.claims.get(effect, Claim.NOTHING)
    if claim is Claim.DONE and effect not in evidence.then:
        return [f"said that {effect.action} is done, and it was not"]
    if claim is Claim.NOT_DONE and effect in evidence.then | evidence.later:
        return [f"said that {effect.action} is not done, and it was"]
    return []


def _false_rows(evidence: Evidence, effect: Effect) -> list[str]:
    rows, done = evidence.rows_of(effect), effect in evidence.done
    if DONE in rows and not done:
        return [f"the trail says that {effect.action} is done, and it is not"]
    if done and rows and rows[-1] in NOT_DONE:
        return [f"the trail says that {effect.action} is not done, and it is"]
    return []


def _lost_rows(evidence: Evidence, effect: Effect) -> list[str]:
    rows = evidence.rows_of(effect)
    if effect not in evidence.done or DONE in rows:
        return []
    if rows and not effect.looked_up:
        return []
    return [f"no row says that {effect.action} is done: {rows}"]


def _is_doubled(evidence: Evidence, effect: Effect) -> bool:
    return evidence.rows_of(effect).count(DONE) > 1


def _false_emails(evidence: Evidence) -> list[str]:
    untrue = set(_subjects(evidence)) - set(evidence.due)
    return [f"the email “{subject}” is not true" for subject in sorted(untrue)]


def _subjects(evidence: Evidence) -> Counter[str]:
    return Counter(notice.subject for notice in set(evidence.received))
