"""What the doctor says about one thing: a stable id, how it stands, a sentence, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from enrollment.doctor.needs import NEEDED_SCOPES


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
    sentence = _("This could not be looked at: the scope %(scope)s is not granted.") % {"scope": scope}
    if scope in NEEDED_SCOPES:
        step = _("Grant it: this site needs it for its pages, too.")
    else:
        step = _("Grant it for as long as the doctor looks, if you like; nothing else needs it.")
    return Finding(name, State.UNCHECKED, sentence, step)
