"""Put in order what was left unfinished, once an hour by a timer; docs/commands.md describes the JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from enrollment.account.settlement import Settlement
from enrollment.audit.delivery import deliver_due
from enrollment.flows.cleanup import (
    CleanupReport,
    SettledChange,
    cleanup_person,
    delete_old,
    people_due,
    settle_tenant_wide,
)
from enrollment.flows.reencrypt import Reencryption, reencrypt
from enrollment.flows.settle import OUTCOMES
from enrollment.management.base import OperatorCommand, stdout_for_the_result
from enrollment.management.errors import Exit, told
from enrollment.management.output import identity
from enrollment.models.activity import Action
from enrollment.models.outbox import count_unsent


@dataclass(frozen=True)
class Results:
    """What one run did, or would do; `unsent` emails are left in the outbox."""

    people: list[CleanupReport]
    tenant: tuple[SettledChange, ...]
    sent: int
    unsent: int
    deleted: int
    dry_run: bool
    # None where SECRET_KEY has no fallbacks.
    reencryption: Reencryption | None

    @property
    def people_left(self) -> int:
        return sum(not each.is_complete for each in self.people)

    @property
    def waiting(self) -> int:
        """Count the changes of the whole tenant that could not be looked up."""
        return sum(change.outcome is Settlement.WAIT for change in self.tenant)


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
        with stdout_for_the_result():
            results = _run(dry_run=options["dry_run"])
        if options["json"]:
            self.show_json(_document(results))
        else:
            for line in _lines(results):
                self.say(line)
        _end(results)


def _run(*, dry_run: bool) -> Results:
    people = [cleanup_person(person, dry_run=dry_run) for person in people_due()]
    tenant = settle_tenant_wide(dry_run=dry_run)
    reencryption = reencrypt(dry_run=dry_run)
    sent = 0 if dry_run else deliver_due()
    return Results(people, tenant, sent, count_unsent(), delete_old(dry_run=dry_run), dry_run, reencryption)


def _end(results: Results) -> None:
    """The next run tries again; the status is for whoever watches the timer."""
    unsent = 0 if results.dry_run else results.unsent
    if not (results.people_left or results.waiting or unsent):
        return
    done = len(results.people) - results.people_left + len(results.tenant) - results.waiting + results.sent
    sentence = _(
        "Not everything could be done. People with something left: %(people)d. Changes of the whole tenant "
        "that could not be looked up: %(changes)d. Emails left unsent: %(emails)d. The next run tries again."
    )
    counts = {"people": results.people_left, "changes": results.waiting, "emails": unsent}
    raise CommandError(sentence % counts, returncode=Exit.PARTLY if done else Exit.FAILED)


def _lines(results: Results) -> Iterator[str]:
    if (keys := results.reencryption) is not None:
        line = _(
            "Re-encrypted with the current SECRET_KEY: %(renewed)d. Encrypted with a key that is gone: "
            "%(unreadable)d."
        )
        yield line % {"renewed": keys.renewed, "unreadable": keys.unreadable}
    yield from (_line(each) for each in results.people)
    yield from (f"{_settled(change)} (“{change.factor}”)" for change in results.tenant)
    total = _(
        "People looked at: %(people)d. Unfinished methods removed: %(methods)d. "
        "Old records deleted: %(records)d. Emails left unsent: %(emails)d."
    )
    if results.dry_run:
        total = _(
            "Nothing was done. People to look at: %(people)d. Unfinished methods to remove: %(methods)d. "
            "Old records to delete: %(records)d. Emails to send: %(emails)d."
        )
    yield total % {
        "people": len(results.people),
        "methods": sum(len(each.removed) for each in results.people),
        "records": results.deleted,
        "emails": results.unsent,
    }


def _settled(change: SettledChange) -> str:
    known = OUTCOMES.get(change.outcome)
    return f"{Action(change.action).label}: {known.label if known else _('Not done yet')}"


def _line(result: CleanupReport) -> str:
    settled = [_settled(change) for change in result.changes]
    if result.problem:
        return f"{result.person}: {', '.join([*settled, told(result.problem)])}"
    moves = [f"{move.kind.label}: {move.before} → {move.after}" for move in result.moved]
    removed = [_("removed %(id)s") % {"id": method_id} for method_id in result.removed]
    left = [_("could not remove %(id)s") % {"id": method_id} for method_id in result.left]
    return f"{result.person}: {', '.join([*settled, *moves, *removed, *left]) or _('nothing to do')}"


def _document(results: Results) -> dict[str, Any]:
    return {
        "dry_run": results.dry_run,
        "people": [_person(each) for each in results.people],
        "tenant": [_change(each) for each in results.tenant],
        "records_deleted": results.deleted,
        "emails_unsent": results.unsent,
        "reencryption": asdict(results.reencryption) if results.reencryption else None,
    }


def _change(change: SettledChange) -> dict[str, str]:
    return {"action": change.action, "factor": change.factor, "outcome": change.outcome.value}


def _person(result: CleanupReport) -> dict[str, Any]:
    return {
        **identity(result.person),
        "changes": [_change(each) for each in result.changes],
        "enrollments": [
            {"kind": move.kind.value, "before": move.before.value, "after": move.after.value}
            for move in result.moved
        ],
        "removed": list(result.removed),
        "left": list(result.left),
        "problem": result.problem.code.value if result.problem else "",
    }
