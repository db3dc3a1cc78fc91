"""Every check that an app can report: it has an id of its own, a hint, and a test that provokes it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "enrollment")
MESSAGES = {"Error", "Warning", "Caution", "CheckMessage"}


def messages(app: str) -> Iterator[ast.Call]:
    """Where an app's checks make a message."""
    for path in [*(ROOT / app).glob("checks.py"), *(ROOT / app).glob("checks/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MESSAGES:
                yield node


def ids(app: str) -> set[str]:
    code = "".join(
        path.read_text() for path in [*(ROOT / app).glob("checks.py"), *(ROOT / app).glob("checks/*.py")]
    )
    return set(re.findall(rf"\b{app}\.([EW]\d{{3}})\b", code))


@pytest.mark.parametrize("app", APPS)
def test_check_messages_all_have_a_hint_and_an_id(app: str) -> None:
    found = list(messages(app))
    assert len(found) > 10
    for message in found:
        given = {keyword.arg for keyword in message.keywords}
        assert {"hint", "id"} <= given, ast.unparse(message)


@pytest.mark.parametrize("app", APPS)
def test_check_ids_are_all_provoked_by_a_test(app: str) -> None:
    tests = (ROOT / f"tests/{app}/test_checks.py").read_text()
    assert {name for name in ids(app) if name not in tests} == set()
