"""`make faults`: every call of each change fails in every way, and every change is killed at every point.

Prints what was said beside what is so. Ends with status 1 for a statement that is false, a row or an email
that is lost or doubled, or a wait that is too long.
"""

import argparse
import os
import sys
import time

from rich.console import Console

from tests.faults.catalog import CHANGES
from tests.faults.faults import MEANINGS
from tests.faults.lanes import run
from tests.faults.report import show, show_totals, total
from tests.faults.stores import find_servers
from tests.faults.worker import Order

# Most of the time is spent waiting for what hangs.
LANES = 3
TROUBLES = [str(trouble) for trouble in MEANINGS]


def main() -> int:
    """Drive, print and judge."""
    options, console = _options(), Console(highlight=False)
    servers, began = find_servers(os.environ), time.monotonic()
    order = Order(options.fault, is_short=options.short)
    number = 1 if options.short else min(LANES, len(options.only))
    console.print(f"Replicas in lanes: {number}. Stores: {servers}.")
    findings, problems = [], []
    for word in run(number, servers, order, options.only):
        if word.finding:
            findings.append(word.finding)
            show(console, word.finding)
        else:
            problems.append(word.problem)
    totals = total(findings)
    show_totals(console, totals)
    console.print(f"In {time.monotonic() - began:.0f} s.")
    for problem in problems:
        console.print(problem, style="bold red", markup=False, soft_wrap=True)
    return 0 if totals.is_good and not problems else 1


def _options() -> argparse.Namespace:
    meanings = "\n".join(f"  {name:<18}{MEANINGS[name]}" for name in TROUBLES)
    parser = argparse.ArgumentParser(
        prog="make faults",
        description=__doc__,
        epilog=f"changes:\n  {' '.join(CHANGES)}\n\nfaults:\n{meanings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option, known in (("--only", list(CHANGES)), ("--fault", TROUBLES)):
        parser.add_argument(
            option, nargs="+", choices=known, default=known, metavar="NAME", help="these alone"
        )
    parser.add_argument("--short", action="store_true", help="at each change's last call alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
