"""A management command as an operator runs it: what it said, what it complained about, how it ended."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Run:
    """`aside` is what went to stderr; `failure` what the command ended with, if it failed."""

    out: str
    aside: str
    failure: CommandError | None = None

    @property
    def status(self) -> int:
        return self.failure.returncode if self.failure else 0

    @property
    def complaint(self) -> str:
        return str(self.failure or "")

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def outcomes(self) -> list[str]:
        return [entry["outcome"] for entry in self.json["results"]]


def run(*words: str) -> Run:
    """Run a command where nobody sits at the other end, as in a job."""
    return _run(words, io.StringIO(), io.StringIO())


def run_at_terminal(monkeypatch: pytest.MonkeyPatch, *words: str, answer: str = "") -> Run:
    """Run it at a terminal, and type an answer to what it asks."""
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    return _run(words, Terminal(), Terminal())


def _run(words: tuple[str, ...], out: io.StringIO, aside: io.StringIO) -> Run:
    try:
        call_command(*words, stdout=out, stderr=aside, no_color=True)
    except CommandError as error:
        return Run(out.getvalue(), aside.getvalue(), error)
    return Run(out.getvalue(), aside.getvalue())
