"""Prints what was said beside what was so, and the totals."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.faults.truth import Verdict

LONGEST_WAIT = 6.0
WORDS = 90


@dataclass(frozen=True)
class Finding:
    """One combination of a change and what happened to it."""

    change: str
    trouble: str
    call: str
    said: str
    so: str
    verdict: Verdict
    seconds: float


@dataclass
class Totals:
    combinations: int = 0
    true: int = 0
    false: int = 0
    unknown: int = 0
    lost_rows: int = 0
    lost_emails: int = 0
    doubled: int = 0
    repeated: int = 0
    longest: float = 0.0
    late: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        verdict = finding.verdict
        self.combinations += 1
        self.true += finding.verdict.is_true
        self.false += bool(verdict.false)
        self.unknown += verdict.is_unknown
        self.lost_rows += len(verdict.lost_rows)
        self.lost_emails += len(verdict.lost_emails)
        self.doubled += len(verdict.doubled)
        self.repeated += verdict.repeated
        self.longest = max(self.longest, finding.seconds)
        if finding.seconds > LONGEST_WAIT:
            self.late.append(finding)

    @property
    def is_good(self) -> bool:
        return self.true == self.combinations > 0 and not self.late


def show(console: Console, finding: Finding) -> None:
    """One line, and more where something is wrong."""
    mark = "ok   " if finding.verdict.is_true else "WRONG"
    console.print(
        f"{mark} {finding.change:<16} {finding.trouble:<16} {finding.call:<62} {finding.seconds:4.1f} s",
        f"      said: {finding.said[:WORDS] or '(nothing)'}",
        f"      so:   {finding.so}",
        sep="\n",
        markup=False,
        soft_wrap=True,
    )
    verdict = finding.verdict
    wrong = [
        *(f"FALSE: {line}" for line in verdict.false),
        *(f"LOST ROW: {line}" for line in verdict.lost_rows),
        *(f"LOST EMAIL: {line}" for line in verdict.lost_emails),
        *(f"doubled: {line}" for line in verdict.doubled),
    ]
    for line in wrong:
        console.print(f"      {line}", style="bold red", markup=False, soft_wrap=True)


def total(findings: Iterable[Finding]) -> Totals:
    totals = Totals()
    for finding in findings:
        totals.add(finding)
    return totals


def show_totals(console: Console, totals: Totals) -> None:
    table = Table(title="What was said beside what is so", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    numbers = {
        "combinations": totals.combinations,
        "true": totals.true,
        "false": totals.false,
        "unknown, and said so": totals.unknown,
        "lost rows": totals.lost_rows,
        "lost emails": totals.lost_emails,
        "doubled rows or emails": totals.doubled,
        "emails sent again with their Message-ID": totals.repeated,
    }
    for name, number in numbers.items():
        table.add_row(name, str(number))
    table.add_row("longest wait at a page", f"{totals.longest:.1f} s")
    console.print(table)
    for finding in totals.late:
        text = f"longer than {LONGEST_WAIT:g} s: {finding.change}, {finding.trouble}, {finding.call}"
        console.print(text, style="bold red", markup=False, soft_wrap=True)
