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


@pytest.mark.parametrize(
    ("trouble", "changes"),
    [
        ("lost", ["remove", "recovery-code", "link", "not-me", "add-totp", "sign-in", "mfa_policy"]),
        ("killed-after", ["remove", "admin-reset"]),
    ],
)
def test_change_in_trouble_is_told_as_it_is(trouble: str, changes: list[str]) -> None:
    done = faults("--short", "--fault", trouble, "--only", *changes)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f" {change} " in done.stdout for change in changes)


@pytest.mark.parametrize("word", ["--only", "--fault"])
def test_word_that_means_nothing_is_refused(word: str) -> None:
    assert faults(word, "nothing").returncode == 2
