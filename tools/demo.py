"""`make demo`: the local tenant and the site, side by side, until Ctrl-C or until the site ends."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from rich.console import Console

from tools import ports
from tools.demo_words import explain
from tools.processes import ROOT, STOPPING, Stage, StartError

ALONE = "The site keeps running, but nobody can sign in. Ctrl-C stops it; `make demo` starts both again."


class Stopped(Exception):  # noqa: N818  # not an error: somebody wants it to end
    """Ctrl-C, a polite `kill`, or the end of the terminal."""


def main() -> int:
    """Start, explain, watch, stop."""
    console = Console(highlight=False)
    stage = Stage(Path(os.environ.get("DEMO_STATE", ROOT / ".demo")))
    _on_signals(_stop)
    try:
        _run(console, stage)
    except Stopped:
        console.print("\nStopped.")
    except StartError as error:
        _complain(console, str(error))
        return 1
    finally:
        # A second Ctrl-C must leave nothing behind.
        _on_signals(signal.SIG_IGN)
        stage.stop()
    return 0


def _run(console: Console, stage: Stage) -> None:
    site, tenant = ports.wanted("PORT", 8000), ports.wanted("TENANT_PORT", 9000)
    ports.check_free("PORT", site, "the site")
    ports.check_free("TENANT_PORT", tenant, "the local tenant")
    with console.status("Starting the local tenant and the site …"):
        facts = stage.start_tenant(tenant)
        address = stage.start_site(site, facts)
    files = [stage.folder / "mail", stage.log("site"), stage.settings_file]
    explain(console, address, facts, [os.path.relpath(path) for path in files])
    _watch(console, stage)


def _watch(console: Console, stage: Stage) -> None:
    """Look after both. A site whose tenant fails shows what it still can, and that is worth a look, too."""
    told = False
    while not (end := stage.end_of("site")):
        if not told and (lost := stage.end_of("tenant")):
            _complain(console, f"\n{lost}\n{ALONE}")
            told = True
        time.sleep(0.5)
    raise StartError(end)


def _complain(console: Console, what: str) -> None:
    # What logs say is no markup.
    console.print(what, style="bold red", soft_wrap=True, markup=False)


def _on_signals(handler: "signal._HANDLER") -> None:
    for kind in STOPPING:
        # `nohup` has the end of the terminal ignored, and means it.
        if kind != signal.SIGHUP or signal.getsignal(kind) != signal.SIG_IGN:
            signal.signal(kind, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
