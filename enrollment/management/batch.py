"""Does one thing after another, stops at the first that fails, and says truthfully how far it got."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from enrollment.flows import PartlyResetError, Refused
from enrollment.gateways import TenantError
from enrollment.management.documents import factor_of
from enrollment.management.problems import Exit, command_error, status_of
from enrollment.vocabulary import Outcome

NOT_TRIED = "not_tried"


@dataclass(frozen=True)
class Result:
    """What a deed gave: a line to read, and members for the JSON."""

    line: str
    members: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """One thing to do; `label` names whom or what it is about, and `members` do so in the JSON."""

    label: str
    run: Callable[[], Result]
    members: dict[str, Any]


class Batch:
    """Runs deeds; `entries` is the `results` list of the JSON, one entry a deed, in their order."""

    def __init__(self, action: str, deeds: Sequence[Deed], say: Callable[[str], None]) -> None:
        self.action = action
        self.deeds = deeds
        self.say = say
        self.entries: list[dict[str, Any]] = []
        self.failure: CommandError | None = None

    def run(self) -> None:
        for deed in self.deeds:
            if self.failure:
                self._note(deed, NOT_TRIED)
            else:
                self._attempt(deed)

    def _attempt(self, deed: Deed) -> None:
        try:
            result = deed.run()
        except (Refused, TenantError) as error:
            self.failure = self._ended(deed, error)
        else:
            self._note(deed, Outcome.DONE, **result.members)
            self.say(result.line)

    def _ended(self, deed: Deed, error: Refused | TenantError) -> CommandError:
        status = status_of(error)
        refused = isinstance(error, Refused)
        outcome = Outcome.REFUSED if refused else Outcome.FAILED if status is Exit.FAILED else Outcome.UNKNOWN
        removed = error.removed if isinstance(error, PartlyResetError) else ()
        extra = {"removed": [factor_of(factor) for factor in removed]} if removed else {}
        done = any(entry["outcome"] == Outcome.DONE for entry in self.entries)
        self._note(deed, outcome, str(error.code), **extra)
        ended = command_error(error, deed.label, status=Exit.PARTLY if done else None)
        left = [other.label for other in self.deeds[len(self.entries) :]]
        if not left:
            return ended
        not_tried = _("Not tried any more: %(labels)s.") % {"labels": ", ".join(left)}
        return CommandError(f"{ended}\n{not_tried}", returncode=ended.returncode)

    def _note(self, deed: Deed, outcome: str, code: str = "", **members: Any) -> None:
        self.entries.append(
            {
                **deed.members,
                "action": self.action,
                "outcome": str(outcome),
                "code": code,
                **members,
            }
        )
