"""The process of one lane: takes changes until none is left, and sends what it finds."""

import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from multiprocessing import Queue
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from tests.faults.lane import Lane, open_lane
from tests.faults.report import Finding
from tests.faults.stores import Servers


class Order(NamedTuple):
    """What is to be driven: these troubles, at every call or, to be short, at a change's last one."""

    troubles: Sequence[str]
    is_short: bool


class Word(NamedTuple):
    """What a lane says: a finding, or that something could not be driven; neither is its end."""

    finding: Finding | None = None
    problem: str = ""

    @property
    def is_end(self) -> bool:
        return self.finding is None and not self.problem


def work(servers: Servers, order: Order, changes: "Queue[str | None]", words: "Queue[Word]") -> None:
    """Run a lane to its end; whatever happens, what it started is stopped."""
    _stop_with_parent(words)
    try:
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            name = Path(folder).name.replace("-", "_").lower()
            with open_lane(servers, Path(folder), name) as lane:
                while change := changes.get():
                    _drive(lane, change, order, words)
    except Exception:  # noqa: BLE001 - said at the other end
        words.put(Word(problem=traceback.format_exc()))
    words.put(Word())


def _stop_with_parent(words: "Queue[Word]") -> None:
    """End by SIGTERM alone, which comes from whoever started it, or from here once they are gone."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        words.cancel_join_thread()
        sys.exit(1)

    def watch(parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=watch, args=(os.getppid(),), daemon=True).start()


def _drive(lane: Lane, name: str, order: Order, words: "Queue[Word]") -> None:
    from django.utils.module_loading import import_string  # Django is set up with the lane

    from tests.faults.cases import cases_of
    from tests.faults.catalog import CHANGES
    from tests.faults.drive import Driver

    change = import_string(CHANGES[name])(lane)
    driver = Driver(lane, change)
    try:
        cases = cases_of(driver.rehearse(), lane.driven, mails=change.is_mailed, is_short=order.is_short)
        for finding in driver.findings([case for case in cases if case.trouble in order.troubles]):
            words.put(Word(finding))
        for problem in driver.problems:
            words.put(Word(problem=problem))
    except Exception:  # noqa: BLE001 - the other changes can be driven all the same
        words.put(Word(problem=f"{name}: {traceback.format_exc()}"))
