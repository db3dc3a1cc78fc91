"""A project as `startproject` makes it, with the two apps and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("apps", [["accounts", "enrollment"], ["social_django", "accounts", "enrollment"]])
def test_fresh_project_with_the_apps_is_told_what_to_do(tmp_path: Path, apps: list[str]) -> None:
    assert run(tmp_path, "-m", "django", "startproject", "fresh", ".").returncode == 0
    with (tmp_path / "fresh/settings.py").open("a") as settings:
        settings.write(f"\nINSTALLED_APPS += {apps}\n")

    said = run(tmp_path, "manage.py", "check").stderr

    assert "Traceback" not in said
    for expected in ("accounts.E001", "accounts.E024", "accounts.E033", "enrollment.E007"):
        assert f"({expected})" in said
    assert ("(accounts.E019)" in said) is ("social_django" not in apps)
