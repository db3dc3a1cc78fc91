"""What of a timeline somebody asks to see."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from enrollment.timeline.entries import Ending, Family, Happening


class Show(StrEnum):
    ALL = "all"
    SIGN_INS = "sign-ins"
    CHANGES = "changes"
    FAILED = "failed"

    @classmethod
    def of(cls, text: str | None) -> Self:
        """Read a choice from a URL; whatever it is not shows all."""
        return cls(text) if text in tuple(cls) else cls("all")


def picked(story: Iterable[Happening], show: Show) -> list[Happening]:
    """Keep what was asked for, in its order."""
    return [each for each in story if _fits(each, show)]


def _fits(happening: Happening, show: Show) -> bool:
    if show is Show.ALL:
        return True
    if show is Show.FAILED:
        return happening.ending is Ending.FAILED
    wanted = Family.SIGN_IN if show is Show.SIGN_INS else Family.CHANGE
    return happening.family is wanted
