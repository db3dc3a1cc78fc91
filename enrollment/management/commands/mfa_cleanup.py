"""Put in order what was left unfinished, once an hour by a timer; docs/commands.md describes the JSON."""

from typing import Any, NamedTuple

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from enrollment.audit.delivery import deliver_due
from enrollment.flows.cleanup import (
    CleanupReport,
    SettledChange,
    cleanup_person,
    delete_old,
    people_due,
    settle_tenant_wide,
)
from enrollment.flows.settle import OUTCOMES
from enrollment.management.base import OperatorCommand, stdout_for_the_result
from enrollment.management.errors import Exit, told
from enrollment.management.output import identity
from enrollment.models.activity import Action
from enrollment.models.outbox import count_unsent


class Emails(NamedTuple):
    """`unsent` is what is left in the outbox."""

    sent: int = 0
    unsent: int = 0


class Command(OperatorCommand):
    help = _(
        "Finds out what became of changes whose answer got lost, closes enrollments whose time is over, and "
        "removes what they left unfinished at the tenant. "
        "Nothing that anybody could use is touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help=_("Say what would be done, and do nothing.")
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        with stdout_for_the_result():
            results = [cleanup_person(person, dry_run=dry_run) for person in people_due()]
            if not dry_run:
                settle_tenant_wide()
        emails = self._emails(dry_run=dry_run)
        dropped = delete_old(dry_run=dry_run)
        if options["json"]:
            people = [_document(result) for result in results]
            facts = {"records_deleted": dropped, "emails_unsent": emails.unsent}
            self.show_json({"dry_run": dry_run, "people": people, **facts})
        else:
            self._tell(results, dropped, emails, dry_run=dry_run)
        _end(results, Emails() if dry_run else emails)

    def _emails(self, *, dry_run: bool) -> Emails:
        with stdout_for_the_result():
            sent = 0 if dry_run else deliver_due()
        return Emails(sent, count_unsent())

    def _tell(self, results: list[CleanupReport], dropped: int, emails: Emails, *, dry_run: bool) -> None:
        for result in results:
            self.say(_line(result))
        total = _(
            "People looked at: %(people)d. Unfinished methods removed: %(methods)d. "
            "Old records deleted: %(records)d. Emails left unsent: %(emails)d."
        )
        if dry_run:
            total = _(
                "Nothing was done. People to look at: %(people)d. Unfinished methods to remove: %(methods)d. "
                "Old records to delete: %(records)d. Emails to send: %(emails)d."
            )
        removed = sum(len(result.removed) for result in results)
        counts = {"people": len(results), "methods": removed, "records": dropped, "emails": emails.unsent}
        self.say(total % counts)


def _end(results: list[CleanupReport], emails: Emails) -> None:
    """The next run tries again; the status is for whoever watches the timer."""
    failed = sum(not result.is_complete for result in results)
    if failed or emails.unsent:
        status = Exit.PARTLY if failed < len(results) or emails.sent else Exit.FAILED
        sentence = _(
            "Not everything could be done. People with something left: %(people)d. Emails left unsent: "
            "%(emails)d. The next run tries again."
        )
        raise CommandError(sentence % {"people": failed, "emails": emails.unsent}, returncode=status)


def _outcome(change: SettledChange) -> str:
    known = OUTCOMES.get(change.outcome)
    return str(known.label) if known else _("Not done yet")


def _label(action: str) -> str:
    return str(Action(action).label)


def _line(result: CleanupReport) -> str:
    settled = [f"{_label(change.action)}: {_outcome(change)}" for change in result.changes]
    if result.problem:
        return f"{result.person}: {', '.join([*settled, told(result.problem)])}"
    moves = [f"{move.kind.label}: {move.before} → {move.after}" for move in result.moved]
    removed = [_("removed %(id)s") % {"id": method_id} for method_id in result.removed]
    left = [_("could not remove %(id)s") % {"id": method_id} for method_id in result.left]
    return f"{result.person}: {', '.join([*settled, *moves, *removed, *left]) or _('nothing to do')}"


def _document(result: CleanupReport) -> dict[str, Any]:
    return {
        **identity(result.person),
        "changes": [
            {"action": change.action, "factor": change.factor, "outcome": change.outcome.value}
            for change in result.changes
        ],
        "enrollments": [
            {"kind": move.kind.value, "before": move.before.value, "after": move.after.value}
            for move in result.moved
        ],
        "removed": list(result.removed),
        "left": list(result.left),
        "problem": result.problem.code.value if result.problem else "",
    }
