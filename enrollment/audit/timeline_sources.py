"""This site's audit log and the tenant's log, told as timeline entries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from enrollment.audit.log_types import MY_ACCOUNT, MY_ACCOUNT_FAILED, Type, type_of
from enrollment.audit.timeline import HERE, TENANT, Entry, EventType, Family, LogEntry, Result
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_in_log, recovery_kind
from enrollment.models.activity import Action, Outcome, event_sentence

EVENT_TYPES: dict[str, EventType] = {
    Action.FACTOR_ADDED: EventType.FACTOR_ADDED,
    Action.FACTOR_REMOVED: EventType.FACTOR_REMOVED,
    Action.FACTOR_RENAMED: EventType.FACTOR_CHANGED,
    # The tenant lists a recovery code among the methods.
    Action.RECOVERY_CODE_MADE: EventType.FACTOR_ADDED,
    Action.DEVICE_NEW: EventType.SIGNED_IN,
}
OF_THE_ALARM = frozenset(
    {
        *(Action.ALARM_RAISED, Action.LOCKED, Action.SITE_SESSIONS_ENDED, Action.TENANT_SESSIONS_ENDED),
        *(Action.TOKENS_REVOKED, Action.BROWSERS_FORGOTTEN, Action.SESSIONS_REVOKED),
    }
)
RESULTS: dict[str, Result] = {Outcome.DONE: Result.DONE, Outcome.UNKNOWN: Result.OPEN}


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

    @property
    def email_state(self) -> str: ...


def entry_from_event(row: Row) -> Entry:
    """Tell a row. Where support did it, their address and browser are nobody's business."""
    theirs = row.by_somebody_else
    done = event_sentence(row.action, Outcome.DONE, row.factor_kind, row.factor_name)
    return Entry(
        key=f"{HERE}:{row.pk}",
        at=row.at,
        sentence=event_sentence(row.action, row.outcome, row.factor_kind, row.factor_name),
        family=Family.SIGN_IN if row.action == Action.DEVICE_NEW else Family.CHANGE,
        act=EVENT_TYPES.get(row.action, EventType.OTHER),
        ending=RESULTS.get(row.outcome, Result.FAILED),
        factor_kind=_kind(row),
        factor_id=row.factor_id,
        ip="" if theirs else row.ip or "",
        user_agent="" if theirs else row.user_agent,
        by_somebody_else=theirs,
        is_deniable=row.action not in OF_THE_ALARM,
        sentence_when_done=done,
        email=row.email_state,
    )


def _kind(row: Row) -> str:
    if row.action == Action.RECOVERY_CODE_MADE:
        return recovery_kind().value
    return row.factor_kind


# From passing the second factor to the end of the sign-in; pages about a recovery code may lie between.
SIGN_IN_TAKES = timedelta(minutes=3)
# What every browser says of itself first.
BROWSER = "Mozilla/"


@dataclass(frozen=True)
class _Noted:
    entry: LogEntry
    type: Type
    kind: Kind
    confirmed_with: Kind | None = None


def entries_from_tenant_log(entries: Iterable[LogEntry]) -> list[Entry]:
    """Tell what a person wants to know of their log, oldest first."""
    noted = [
        _Noted(entry, type_, kind_of(entry))
        for entry in {each.id: each for each in entries}.values()
        if (type_ := type_of(entry.type, entry.operation))
    ]
    return [_told(each) for each in _with_proofs(sorted(noted, key=_place))]


def _place(noted: _Noted) -> tuple[datetime, bool, str]:
    """By time; of the same moment, a sign-in comes after the proof that it was let in by."""
    return noted.entry.at, noted.type.act is EventType.SIGNED_IN, noted.entry.id


def kind_of(entry: LogEntry) -> Kind:
    """Name the kind by the type that the log has, else by the method's id, which begins with it."""
    name = entry.factor_type or entry.factor_id.partition("|")[0]
    return kind_in_log(name)


def _with_proofs(noted: Sequence[_Noted]) -> list[_Noted]:
    """Tell a second factor along with the sign-in of the same browser that it was passed for."""
    told: list[_Noted] = []
    for each in noted:
        if each.type.act is EventType.SIGNED_IN:
            proofs = [
                one for one in told if one.type.act is EventType.PROVED and _is_for(one.entry, each.entry)
            ]
            told = [one for one in told if one not in proofs]
            told.append(_Noted(each.entry, each.type, each.kind, proofs[-1].kind if proofs else None))
        else:
            told.append(each)
    return told


def _is_for(proof: LogEntry, sign_in: LogEntry) -> bool:
    same_browser = (proof.ip, proof.user_agent) == (sign_in.ip, sign_in.user_agent)
    return same_browser and sign_in.at - proof.at <= SIGN_IN_TAKES


def _told(noted: _Noted) -> Entry:
    entry, kind = noted.entry, noted.kind
    # A site that calls the API is not where the person is, and would pass for a browser they do not know.
    by_server = entry.type in (MY_ACCOUNT, MY_ACCOUNT_FAILED) and not entry.user_agent.startswith(BROWSER)
    return Entry(
        key=f"{TENANT}:{entry.id}",
        at=entry.at,
        sentence=_sentence(noted),
        family=noted.type.family,
        act=noted.type.act,
        ending=Result.FAILED if noted.type.failed else Result.DONE,
        factor_kind="" if kind.is_unknown else kind.value,
        factor_id=entry.factor_id,
        ip=entry.ip,
        user_agent="" if by_server else entry.user_agent,
        place="" if by_server else entry.place,
    )


def _sentence(noted: _Noted) -> str:
    entry = noted.entry
    words = {
        "application": f"“{entry.application}”" if entry.application else _("a site or app"),
        "factor": _label(noted.kind),
        "type": entry.type,
    }
    event_sentence = str(noted.type.sentence) % words
    if noted.confirmed_with is not None:
        return _("%(signed_in)s, confirmed with %(factor)s") % {
            "signed_in": event_sentence,
            "factor": _label(noted.confirmed_with),
        }
    if noted.type.act is EventType.SIGNED_IN and entry.with_mfa:
        return _("%(signed_in)s, confirmed with a second factor") % {"signed_in": event_sentence}
    return event_sentence


def _label(kind: Kind) -> str:
    return _("a second factor") if kind.is_unknown else str(kind.label)
