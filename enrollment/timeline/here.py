"""The site's own trail, told as happenings."""

from datetime import datetime
from typing import Protocol

from enrollment.factors.kinds import FactorKind
from enrollment.timeline.entries import HERE, Act, Ending, Family, Happening
from enrollment.vocabulary import Action, Outcome, sentence

ACTS: dict[str, Act] = {
    Action.FACTOR_ADDED: Act.FACTOR_ADDED,
    Action.FACTOR_REMOVED: Act.FACTOR_REMOVED,
    Action.FACTOR_RENAMED: Act.FACTOR_CHANGED,
    # The tenant lists a recovery code among the methods.
    Action.RECOVERY_CODE_MADE: Act.FACTOR_ADDED,
}
OF_THE_ALARM = frozenset(
    {
        *(Action.ALARM_RAISED, Action.FROZEN, Action.SITE_SESSIONS_ENDED, Action.TENANT_SESSIONS_ENDED),
        *(Action.TOKENS_REVOKED, Action.BROWSERS_FORGOTTEN),
    }
)
ENDINGS: dict[str, Ending] = {Outcome.DONE: Ending.DONE, Outcome.UNKNOWN: Ending.OPEN}


class Row(Protocol):
    """A row of the trail, as `ActivityEvent` is one."""

    pk: int
    at: datetime
    action: str
    outcome: str
    factor_kind: str
    factor_name: str
    factor_id: str
    ip: str | None
    user_agent: str

    @property
    def by_somebody_else(self) -> bool: ...


def noted_here(row: Row) -> Happening:
    """Tell a row. Where support did it, their address and browser are nobody's business."""
    theirs = row.by_somebody_else
    done = sentence(row.action, Outcome.DONE, row.factor_kind, row.factor_name)
    return Happening(
        key=f"{HERE}:{row.pk}",
        at=row.at,
        sentence=sentence(row.action, row.outcome, row.factor_kind, row.factor_name),
        family=Family.CHANGE,
        act=ACTS.get(row.action, Act.OTHER),
        ending=ENDINGS.get(row.outcome, Ending.FAILED),
        factor_kind=_kind(row),
        factor_id=row.factor_id,
        ip="" if theirs else row.ip or "",
        user_agent="" if theirs else row.user_agent,
        by_somebody_else=theirs,
        is_deniable=row.action not in OF_THE_ALARM,
        sentence_when_done=done,
    )


def _kind(row: Row) -> str:
    if row.action == Action.RECOVERY_CODE_MADE:
        return FactorKind.RECOVERY_CODE.value
    return row.factor_kind
