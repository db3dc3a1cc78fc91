"""What the doctor says about one thing: a stable id, how it stands, a sentence, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNCHECKED = "not-checked"


@dataclass(frozen=True)
class Finding:
    id: str
    state: State
    sentence: str
    step: str = ""


def unseen(name: str, scope: str) -> Finding:
    """Say that a thing could not be looked at, and which scope of the Management API would allow it."""
    return Finding(
        name,
        State.UNCHECKED,
        _("This could not be looked at: the scope %(scope)s is not granted.") % {"scope": scope},
        _("Grant it for as long as the doctor looks, if you like; nothing else needs it."),
    )
