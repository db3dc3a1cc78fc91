"""The pins: complete, hashed, in step with what the package declares, and naming no index."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
# Written apart, so that this file is none of those that it looks for.
INDEX_HOSTS = {"pypi": "org", "pythonhosted": "org", "npmjs": "org", "jsdelivr": "net", "unpkg": "com"}
LOCKS = {
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
}


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


@pytest.mark.parametrize("name", ["base", "bench", "dev"])
def test_pins_hold_everything_that_is_asked_for(name: str) -> None:
    assert asked(FOLDER / f"{name}.in") - pinned(FOLDER / f"{name}.txt") == set()


def test_pins_of_the_newest_django_hold_what_base_and_dev_ask_for() -> None:
    wanted = asked(FOLDER / "base.in") | asked(FOLDER / "dev.in")
    assert wanted - pinned(FOLDER / "next.txt") == set()
    assert re.search(r"^django==6\.1\.", (FOLDER / "next.txt").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["base", "bench", "dev", "next"])
def test_pins_all_have_hashes_and_name_no_index(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text()
    assert len(pinned(FOLDER / f"{name}.txt")) == len(re.findall(r"^[\w.-]+.*==", text, re.MULTILINE))
    assert not re.search(r"https?://|^--?(?:i|index-url|extra-index-url|find-links)\b", text, re.MULTILINE)


def kept() -> list[Path]:
    """The files that the repository holds, or would with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nobody knows which files belong to it")
    return [path for each in listed.stdout.split("\0") if each and (path := ROOT / each).is_file()]


def test_no_file_names_an_index_host() -> None:
    hosts = re.compile("|".join(rf"{name}\.{top}" for name, top in INDEX_HOSTS.items()).encode())
    option = re.compile(rb"--(?:extra-)?index-url[ =]\S")
    naming = [
        str(path.relative_to(ROOT))
        for path in kept()
        if hosts.search(path.read_bytes()) or option.search(path.read_bytes())
    ]
    assert naming == []


def test_no_lock_file_of_another_installer_is_kept() -> None:
    assert {path.name for path in kept()} & LOCKS == set()


def test_package_declares_what_the_base_pins_ask_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["project"]
    assert {normal(name) for name in declared} == asked(FOLDER / "base.in")
