"""Look the tenant over and say what is wrong; docs/commands.md describes the JSON."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.auth0.errors import TenantError
from enrollment.doctor.findings import Finding, State
from enrollment.flows.tenant import diagnose
from enrollment.management.base import OperatorCommand
from enrollment.management.errors import Exit, command_error

LABELS = {
    State.OK: gettext_lazy("ok"),
    State.WARNING: gettext_lazy("warning"),
    State.PROBLEM: gettext_lazy("PROBLEM"),
    State.UNCHECKED: gettext_lazy("not checked"),
}


class Command(OperatorCommand):
    help = _("Looks the tenant over, changes nothing, and says what is wrong and what to do about it.")

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_json(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        found, failure = _looked()
        problems = sum(finding.state is State.PROBLEM for finding in found)
        if options["json"]:
            findings = [_document(finding) for finding in found]
            code = str(failure.code) if failure else ""
            self.show_json({"problems": problems, "code": code, "findings": findings})
        else:
            self.tell(found)
        if failure:
            raise command_error(failure)
        if problems:
            raise CommandError(
                _("Problems found: %(count)d. Mend them from the top.") % {"count": problems},
                returncode=Exit.REFUSED,
            )

    def tell(self, found: list[Finding]) -> None:
        for finding in found:
            self.say(f"{LABELS[finding.state]}: {finding.sentence} [{finding.id}]")
            if finding.step:
                self.say(f"    {finding.step}")


def _looked() -> tuple[list[Finding], TenantError | None]:
    """Return what was found, and what ended the look early, if anything did."""
    found: list[Finding] = []
    try:
        found.extend(diagnose())
    except TenantError as error:
        return found, error
    return found, None


def _document(finding: Finding) -> dict[str, str]:
    return {
        "id": finding.id,
        "state": finding.state.value,
        "sentence": finding.sentence,
        "next_step": finding.step,
    }
