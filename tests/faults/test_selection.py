"""`make faults` in short, on whatever the suite runs on: nothing false, nothing lost."""

import os
import subprocess
import sys

import pytest

from tests.support.tenant import ROOT

LONGEST_SECONDS = 120
ON_FILES = {"DATABASE_URL": "sqlite://", "CACHE_URL": "filecache://"}


def faults(*arguments: str) -> "subprocess.CompletedProcess[str]":
    stores = {name: os.environ.get(name) or files for name, files in ON_FILES.items()}
    return subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments],
        cwd=ROOT,
        env=os.environ | stores,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


def test_changes_whose_answer_is_lost_or_whose_process_dies_are_told_as_they_are() -> None:
    changes = ("remove", "recovery-code", "add-totp", "sign-in", "mfa_user-invite")
    done = faults("--short", "--fault", "lost", "killed-after", "--only", *changes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f" {change} " in done.stdout for change in changes)


@pytest.mark.parametrize("word", ["--only", "--fault"])
def test_word_that_means_nothing_is_refused(word: str) -> None:
    assert faults(word, "nothing").returncode == 2
