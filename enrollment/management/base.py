"""What every command here shares: who acts and why, asking before it acts, text or JSON, an honest end."""

import getpass
import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from enrollment.actors import Actor
from enrollment.audit.dispatch import deliver_written_now
from enrollment.management.batch import Batch, BatchAction
from enrollment.management.output import printable, rendered

YES = {"y", "yes"}


class OperatorCommand(BaseCommand):
    """Exit status: 0 done, 1 refused, 2 misspelt, 3 failed and nothing changed, 4 partly or perhaps done."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run it, and deliver the emails that it wrote, even where it failed in the end."""
        try:
            return super().execute(*args, **options)
        finally:
            with stdout_for_the_result():
                deliver_written_now()

    # Arguments

    def add_json(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("Print one JSON document instead of text."))

    def add_acting(self, parser: CommandParser) -> None:
        """What a command takes that changes something."""
        self.add_json(parser)
        parser.add_argument("--reason", required=True, help=_("Why; it is written into the audit trail."))

    def add_asking(self, parser: CommandParser) -> None:
        """What a command takes that cannot be taken back."""
        self.add_acting(parser)
        parser.add_argument("--yes", action="store_true", help=_("Do not ask whether to go on."))

    def actor(self, options: dict[str, Any]) -> Actor:
        if not options["reason"].strip():
            raise CommandError(_("The reason is empty. Say why in a few words."))
        return Actor.operator(operator_name(), options["reason"])

    # Asking

    def require_answer(self, options: dict[str, Any]) -> None:
        """Refuse before any work is done, where nobody could answer the question that comes."""
        if not options["yes"] and not sys.stdin.isatty():
            raise CommandError(
                _("This asks before it acts, and nobody is there to answer. Add --yes if you are sure.")
            )

    def confirm(self, options: dict[str, Any], *lines: str) -> None:
        """Ask on stderr, so that stdout holds the result and nothing else."""
        if options["yes"]:
            return
        for line in lines:
            self.say_aside(line)
        self.stderr.write(_("Go on? [yes/no] "), style_func=str, ending="")
        self.stderr.flush()
        if sys.stdin.readline().strip().lower() not in YES:
            raise CommandError(_("Not done, and nothing was changed."))

    # Telling

    def say(self, line: str) -> None:
        self.stdout.write(printable(line))

    def say_aside(self, line: str) -> None:
        self.stderr.write(printable(line), style_func=str)

    def show_table(self, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self.stdout.write(rendered(headers, rows, pretty=self.stdout.isatty()))

    def show_json(self, document: object) -> None:
        self.stdout.write(json.dumps(document, indent=2))

    def run_batch(self, action: str, actions: Sequence[BatchAction], options: dict[str, Any]) -> None:
        """Do it and tell, as text line by line or as one document at the end, even where it failed."""
        batch = Batch(action, actions, say=(lambda _line: None) if options["json"] else self.say)
        with stdout_for_the_result():
            batch.run()
        if options["json"]:
            self.show_json({"results": batch.entries})
        if batch.failure:
            raise batch.failure


def stdout_for_the_result() -> AbstractContextManager[object]:
    """Send aside what else is printed: Django's backend that writes emails to the console would mix in."""
    return redirect_stdout(sys.stderr)


def operator_name() -> str:
    """The account on the machine; a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
