"""What a timeline is made of: an entry of the tenant's log, and a happening, wherever it was noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

HERE, TENANT = "here", "tenant"


@dataclass(frozen=True)
class LogEntry:
    """One entry of the tenant's log, with what its person may see of it and nothing else."""

    id: str
    at: datetime
    type: str
    ip: str = ""
    user_agent: str = ""
    place: str = ""
    application: str = ""
    operation: str = ""
    factor_type: str = ""
    factor_id: str = ""
    with_mfa: bool = False


class EventType(StrEnum):
    """What both sources can note of one and the same thing; all else is `OTHER`, and never the same."""

    SIGNED_IN = "signed-in"
    PROVED = "proved"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    FACTOR_CHANGED = "factor-changed"
    OTHER = "other"


class Family(StrEnum):
    """What a reader looks for."""

    SIGN_IN = "sign-in"
    CHANGE = "change"


class Result(StrEnum):
    """How it went. `OPEN` is a change made here whose answer got lost."""

    DONE = "done"
    FAILED = "failed"
    OPEN = "open"


@dataclass(frozen=True)
class Entry:
    """Something that happened. `key` names its note: `here:` or `tenant:`, and the note's own id."""

    key: str
    at: datetime
    sentence: str
    family: Family
    act: EventType = EventType.OTHER
    ending: Result = Result.DONE
    factor_kind: str = ""
    factor_id: str = ""
    ip: str = ""
    user_agent: str = ""
    place: str = ""
    by_somebody_else: bool = False
    # Whether to ask "was it you?": not of what the alarm itself did.
    is_deniable: bool = True
    # What to say once the tenant's log shows that it was done after all.
    sentence_when_done: str = ""
    # How the email about it fared: `sent`, `failed`, or nothing yet.
    email: str = ""

    @property
    def is_here(self) -> bool:
        """Whether this site noted it; else only the tenant did."""
        return self.key.startswith(f"{HERE}:")

    @property
    def may_have_been(self) -> bool:
        """Whether the tenant can have noted it, too: a refusal never gets there."""
        return self.ending is not Result.FAILED


class Filter(StrEnum):
    ALL = "all"
    SIGN_INS = "sign-ins"
    CHANGES = "changes"
    FAILED = "failed"

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Read a choice from a URL; whatever it is not shows all."""
        return cls(text) if text in tuple(cls) else cls("all")


def filter_entries(story: Iterable[Entry], show: Filter) -> list[Entry]:
    """Keep what was asked for, in its order."""
    return [each for each in story if _fits(each, show)]


def _fits(happening: Entry, show: Filter) -> bool:
    if show is Filter.ALL:
        return True
    if show is Filter.FAILED:
        return happening.ending is Result.FAILED
    wanted = Family.SIGN_IN if show is Filter.SIGN_INS else Family.CHANGE
    return happening.family is wanted


SAME_WITHIN = timedelta(minutes=2)
ONCE = frozenset({EventType.FACTOR_ADDED, EventType.FACTOR_REMOVED})


def merge(here: Iterable[Entry], tenant: Iterable[Entry]) -> list[Entry]:
    """Tell both, latest first. What was noted here wins: it knows the person's own browser, and who acted."""
    own = _in_order(here)
    theirs = without_repeats(_in_order(tenant))
    acts = [each for each in own if each.act is not EventType.OTHER]
    pairs = _pairs(acts, theirs)
    pairs |= _namings(acts, [each for each in theirs if each.key not in pairs])
    seen_there = set(pairs.values())
    told = [_confirmed(each) if each.key in seen_there else each for each in own]
    told += [each for each in theirs if each.key not in pairs]
    return sorted(told, key=lambda each: (each.at, each.key), reverse=True)


def without_repeats(tenant: Sequence[Entry]) -> list[Entry]:
    """Drop what the tenant noted twice by itself, in the words of two of its APIs."""
    told: list[Entry] = []
    for each in tenant:
        if not any(_is_surely_same(each, other) for other in told):
            told.append(each)
    return told


def without_discarded(tenant: Iterable[Entry], ids: Iterable[str]) -> list[Entry]:
    """Drop removals of what never was a factor: an unfinished one that was given up, and cleaned up after."""
    tails = {_tail(method_id) for method_id in ids} - {""}
    return [
        each
        for each in tenant
        if not (each.act is EventType.FACTOR_REMOVED and _tail(each.factor_id) in tails)
    ]


def is_rename_of_new(added: Entry, change: Entry) -> bool:
    """Whether a change may be the name that what is added here gets, by its own call."""
    return (
        (added.act, added.ending) == (EventType.FACTOR_ADDED, Result.DONE)
        and (change.act, change.ending) == (EventType.FACTOR_CHANGED, Result.DONE)
        and _by_id(added, change)
        and abs(change.at - added.at) <= SAME_WITHIN
    )


def is_same(one: Entry, other: Entry) -> bool:
    """Whether two notes may be of one change."""
    if one.act is EventType.OTHER or one.act is not other.act or abs(one.at - other.at) > SAME_WITHIN:
        return False
    if not (one.may_have_been and other.may_have_been):
        return False
    if one.factor_id and other.factor_id:
        return _by_id(one, other)
    return not (one.factor_kind and other.factor_kind) or one.factor_kind == other.factor_kind


def _pairs(own: Sequence[Entry], theirs: Sequence[Entry]) -> dict[str, str]:
    """Match the tenant's notes, by key, to ours: what is sure first, then one to one by nearness in time."""
    pairs: dict[str, str] = {}
    for each in theirs:
        if sure := [note for note in own if _is_surely_same(note, each)]:
            pairs[each.key] = _nearest(each, sure).key
    for each in sorted(theirs, key=lambda note: not note.factor_id):
        taken = set(pairs.values())
        free = [note for note in own if note.key not in taken and is_same(note, each)]
        if each.key not in pairs and free:
            pairs[each.key] = _nearest(each, free).key
    return pairs


def _namings(own: Sequence[Entry], theirs: Sequence[Entry]) -> dict[str, str]:
    """Match one change to each adding, no more: the next one is somebody's wish."""
    pairs: dict[str, str] = {}
    for note in own:
        if changes := [each for each in theirs if each.key not in pairs and is_rename_of_new(note, each)]:
            pairs[_nearest(note, changes).key] = note.key
    return pairs


def _is_surely_same(one: Entry, other: Entry) -> bool:
    return one.act in ONCE and _by_id(one, other) and is_same(one, other)


def _by_id(one: Entry, other: Entry) -> bool:
    """Methods on one device share what follows their type: `push|dev_1` and `totp|dev_1`."""
    return bool(_tail(one.factor_id)) and _tail(one.factor_id) == _tail(other.factor_id)


def _tail(method_id: str) -> str:
    return method_id.rpartition("|")[2]


def _nearest(to: Entry, notes: Sequence[Entry]) -> Entry:
    return min(notes, key=lambda note: (abs(note.at - to.at), note.at, note.key))


def _confirmed(note: Entry) -> Entry:
    """What was open is settled: the tenant's log has it."""
    if note.ending is not Result.OPEN:
        return note
    return replace(note, ending=Result.DONE, sentence=note.sentence_when_done or note.sentence)


def _in_order(notes: Iterable[Entry]) -> list[Entry]:
    return sorted(notes, key=lambda each: (each.at, each.key))
