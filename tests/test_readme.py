"""README and its companions, held against the code they speak of."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from accounts.claims import AMR_LABELS
from accounts.grants import SCOPES_FOR_ENROLLING
from enrollment.doctor import NEEDED_SCOPES

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md")),
]
README = (ROOT / "README.md").read_text()


def test_readme_names_every_scope_that_a_gateway_needs() -> None:
    gateways = "".join(path.read_text() for path in (ROOT / "enrollment/gateways").glob("*.py"))
    # Of the My Account API, pages ask for less than the gateway can do.
    management = {scope for scope in re.findall(r"Scope: ([a-z_:]+)", gateways) if ":me:" not in scope}
    assert management == set(NEEDED_SCOPES)
    needed = management | set(SCOPES_FOR_ENROLLING)
    assert {scope for scope in needed if f"`{scope}`" not in README} == set()


def test_readme_names_every_command() -> None:
    ours = {name for name, app in get_commands().items() if app in ("accounts", "enrollment")}
    assert {name for name in ours if f"`{name}" not in README} == set()


@pytest.mark.parametrize("command", ["mfa_user", "mfa_factors", "mfa_policy"])
@pytest.mark.parametrize("document", ["README.md", "docs/commands.md"])
def test_tables_of_commands_name_every_action(document: str, command: str) -> None:
    parser = load_command_class("enrollment", command).create_parser("manage.py", command)
    (actions,) = [set(each.choices or ()) for each in parser._actions if each.dest == "action"]
    rows = [
        line.split("|")[1]
        for line in (ROOT / document).read_text().splitlines()
        if line.startswith(f"| `{command} ")
    ]
    assert len(actions) > 1
    assert {action for action in actions if not re.search(rf"\b{action}\b", " ".join(rows))} == set()


def test_readme_names_every_amr_value_with_its_label() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", README, re.MULTILINE))
    assert {value: str(label) for value, label in AMR_LABELS.items()}.items() <= rows.items()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_a_document_lead_to_files_that_are_there(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("document", ["CONTRIBUTING.md"])
def test_files_that_a_document_names_are_there(document: str) -> None:
    named = re.findall(
        r"`((?:accounts|enrollment|devtenant|mfaproject|tests|tools|static|templates)/[\w/.-]*)`",
        (ROOT / document).read_text(),
    )
    assert [file for file in named if not (ROOT / file).exists()] == []
