"""`make faults`: every outgoing call fails in every way, every change is killed at every point.

Prints what was said beside what was so. Ends with status 1 for a false statement, a lost row or email, or a
wait that is too long.
"""

import argparse
import multiprocessing
import os
import queue
import sys
import time
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue

from rich.console import Console

from tests.faults.catalog import CHANGES
from tests.faults.faults import MEANINGS, FaultName, KillPoint
from tests.faults.report import Finding, show, show_totals, total
from tests.faults.stores import Servers, find_servers
from tests.faults.worker import Order, Word, work

LANES = 2
# What is not driven by then is left out, and that is said.
LONGEST_SECONDS = 600
STOP_SECONDS = 30
TROUBLES = [str(trouble) for trouble in (*FaultName, *KillPoint)]
SPAWN = multiprocessing.get_context("spawn")


class UnfinishedError(Exception):
    """Not everything was driven."""


def main() -> int:
    """Drive, print and judge."""
    options, console = _options(), Console(highlight=False)
    servers, began = find_servers(os.environ), time.monotonic()
    lanes = min(LANES, len(options.only))
    console.print(f"{lanes} lanes of two replicas each, on {servers}.")
    findings: list[Finding] = []
    unfinished = ""
    try:
        _run(console, servers, options, findings)
    except UnfinishedError as error:
        unfinished = str(error)
    totals = total(findings)
    show_totals(console, totals)
    console.print(f"In {time.monotonic() - began:.0f} s.")
    if unfinished:
        console.print(unfinished, style="bold red", markup=False, soft_wrap=True)
    return 0 if totals.is_good and not unfinished else 1


def _options() -> argparse.Namespace:
    meanings = "\n".join(f"  {name:<18}{MEANINGS[name]}" for name in TROUBLES)
    parser = argparse.ArgumentParser(
        prog="make faults",
        description=__doc__,
        epilog=f"faults:\n{meanings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=list(CHANGES), default=list(CHANGES), metavar="CHANGE")
    parser.add_argument("--fault", nargs="+", choices=TROUBLES, default=TROUBLES, metavar="FAULT")
    parser.add_argument("--short", action="store_true", help="at each change's last call alone")
    return parser.parse_args()


def _run(console: Console, servers: Servers, options: argparse.Namespace, findings: list[Finding]) -> None:
    changes: Queue[str | None] = SPAWN.Queue()
    words: Queue[Word] = SPAWN.Queue()
    lanes = min(LANES, len(options.only))
    for name in (*options.only, *[None] * lanes):
        changes.put(name)
    processes = [
        SPAWN.Process(
            target=work, args=(servers, Order(options.fault, is_short=options.short), changes, words)
        )
        for _ in range(lanes)
    ]
    try:
        for process in processes:
            process.start()
        _listen(console, processes, words, findings)
        for process in processes:
            process.join(STOP_SECONDS)
    finally:
        _end(processes)


def _listen(
    console: Console, processes: list[SpawnProcess], words: "Queue[Word]", findings: list[Finding]
) -> None:
    until, left = time.monotonic() + LONGEST_SECONDS, len(processes)
    while left:
        try:
            word = words.get(timeout=1)
        except queue.Empty:
            if time.monotonic() > until:
                raise UnfinishedError(f"Not everything was driven in {LONGEST_SECONDS} s.") from None
            if not any(process.is_alive() for process in processes):
                raise UnfinishedError("A lane died.") from None
            continue
        if word.problem:
            raise UnfinishedError(word.problem)
        if word.finding is None:
            left -= 1
        else:
            findings.append(word.finding)
            show(console, word.finding)


def _end(processes: list[SpawnProcess]) -> None:
    """Let each lane stop what it started."""
    for process in processes:
        if process.is_alive():
            process.terminate()
    for process in processes:
        process.join(STOP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
