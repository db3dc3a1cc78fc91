"""Runs lanes as processes beside each other, and passes on what they find."""

import multiprocessing
import queue
import time
from collections.abc import Iterator, Sequence
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue

from tests.faults.stores import Servers
from tests.faults.worker import Order, Word, work

# What is not driven by then is left out, and that is said.
LONGEST_SECONDS = 1200
STOP_SECONDS = 30
SPAWN = multiprocessing.get_context("spawn")


def run(number: int, servers: Servers, order: Order, names: Sequence[str]) -> Iterator[Word]:
    """Let so many lanes share these changes."""
    changes: Queue[str | None] = SPAWN.Queue()
    words: Queue[Word] = SPAWN.Queue()
    for name in (*names, *[None] * number):
        changes.put(name)
    lanes = [SPAWN.Process(target=work, args=(servers, order, changes, words)) for _ in range(number)]
    try:
        for lane in lanes:
            lane.start()
        yield from _listen(lanes, words)
    finally:
        _end(lanes)


def _listen(lanes: Sequence[SpawnProcess], words: "Queue[Word]") -> Iterator[Word]:
    until, running = time.monotonic() + LONGEST_SECONDS, len(lanes)
    while running:
        if time.monotonic() > until:
            yield Word(problem=f"Not everything was driven in {LONGEST_SECONDS} s.")
            return
        try:
            word = words.get(timeout=1)
        except queue.Empty:
            if not any(lane.is_alive() for lane in lanes):
                yield Word(problem="A lane died.")
                return
            continue
        running -= word.is_end
        if not word.is_end:
            yield word
    for lane in lanes:
        lane.join(STOP_SECONDS)


def _end(lanes: Sequence[SpawnProcess]) -> None:
    """Let each lane stop what it started."""
    for lane in lanes:
        if lane.is_alive():
            lane.terminate()
    for lane in lanes:
        lane.join(STOP_SECONDS)
