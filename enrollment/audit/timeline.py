"""What a timeline is made of: an entry of the tenant's log, and a happening, wherever it was noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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
