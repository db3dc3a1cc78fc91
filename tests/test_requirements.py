"""The pins: complete, hashed, in step with what the package declares, and naming no index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name).group()).lower()  # type: ignore[union-attr]


def asked(path: Path) -> set[str]:
    """The packages of a `.in` file."""
    lines = path.read_text().splitlines()
    return {normal(line) for line in lines if line and not line.startswith(("#", "-"))}


def pinned(path: Path) -> set[str]:
    """The packages of a `.txt` file, each with an exact version and a hash."""
    return {
        normal(name)
        for name in re.findall(
            r"^([\w.-]+)(?:\[.*\])?==\S+ .*\\\n +--hash=sha256:", path.read_text(), re.MULTILINE
        )
    }


@pytest.mark.parametrize("name", ["base", "dev"])
def test_pins_hold_everything_that_is_asked_for(name: str) -> None:
    assert asked(FOLDER / f"{name}.in") - pinned(FOLDER / f"{name}.txt") == set()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_pins_all_have_hashes_and_name_no_index(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text()
    assert len(pinned(FOLDER / f"{name}.txt")) == len(re.findall(r"^[\w.-]+.*==", text, re.MULTILINE))
    assert not re.search(r"https?://|^--?(?:i|index-url|extra-index-url|find-links)\b", text, re.MULTILINE)


def test_package_declares_what_the_base_pins_ask_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["production"]
    assert {normal(name) for name in declared} == asked(FOLDER / "base.in")
