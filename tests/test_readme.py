"""README and its companions, held against the code they speak of."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django import forms
from django.core.management import get_commands, load_command_class
from django.dispatch import Signal
from django.http import HttpResponse
from django.test import Client
from django.urls import path as route
from django.views.generic import ListView
from pytest_django import Settings

import accounts.signals
import enrollment.signals
from accounts.auth0.claims import AMR_LABELS
from accounts.auth0.grants import SCOPES_FOR_ENROLLING
from enrollment.doctor.findings import NEEDED_SCOPES
from mfaproject.urls import urlpatterns as site_urls
from tests.support.person import Person

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").glob("*.md")),
]
README = (ROOT / "README.md").read_text()
TENANT, STEP_UP = ((ROOT / f"docs/{page}.md").read_text() for page in ("tenant", "step-up"))


# What `mfa_actions` needs, for as long as it runs.
FOR_ACTIONS = ("read:actions", "create:actions", "update:actions")
# What a page does without.
OPTIONAL = ("read:sessions",)


def test_page_on_the_tenant_names_every_scope_that_a_gateway_needs() -> None:
    gateways = "".join(path.read_text() for path in (ROOT / "enrollment/gateways").glob("*.py"))
    # Of the My Account API, pages ask for less than the gateway can do.
    named = " ".join(re.findall(r"Scopes?: ([a-z_:, and]+)", gateways))
    management = {scope for scope in re.findall(r"[a-z]+:[a-z_:]+", named) if ":me:" not in scope}
    assert management == {*NEEDED_SCOPES, *FOR_ACTIONS, *OPTIONAL}
    needed = management | set(SCOPES_FOR_ENROLLING)
    assert {scope for scope in needed if f"`{scope}`" not in TENANT} == set()


def test_readme_says_first_what_it_is() -> None:
    first = README.splitlines()[0]
    assert first == "# Self-service MFA for Django sites that sign people in with Auth0"


@pytest.mark.parametrize("door", ["Start from this project", "Add it to yours"])
def test_door_of_the_readme_is_no_longer_than_a_page(door: str) -> None:
    (section,) = re.findall(rf"^## {door}\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    assert 100 < len(section.split()) < 450


def test_readme_adds_to_a_site_what_the_existing_site_adds() -> None:
    (door,) = re.findall(r"^## Add it to yours\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^```python\n(.*?)^```", door, re.DOTALL | re.MULTILINE)
    added = [
        (ROOT / f"tests/existing_site/teahouse/{file}.py").read_text().split("# Account security\n")[1]
        for file in ("settings", "urls")
    ]
    assert [block.strip() for block in blocks] == [lines.strip() for lines in added]


def test_readme_names_every_command() -> None:
    ours = {name for name, app in get_commands().items() if app in ("accounts", "enrollment")}
    assert {name for name in ours if f"`{name}" not in README} == set()


@pytest.mark.parametrize("command", ["mfa_user", "mfa_factors", "mfa_policy"])
def test_table_of_commands_names_every_action(command: str) -> None:
    parser = load_command_class("enrollment", command).create_parser("manage.py", command)
    (actions,) = [set(each.choices or ()) for each in parser._actions if each.dest == "action"]
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs/commands.md").read_text().splitlines()
        if line.startswith(f"| `{command} ")
    ]
    assert len(actions) > 1
    assert {action for action in actions if not re.search(rf"\b{action}\b", " ".join(rows))} == set()


def test_page_on_step_up_names_every_amr_value_with_its_label() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", STEP_UP, re.MULTILINE))
    assert {value: str(label) for value, label in AMR_LABELS.items()}.items() <= rows.items()


@pytest.mark.parametrize("signals", [accounts.signals, enrollment.signals])
def test_page_on_testing_lists_every_signal(signals: ModuleType) -> None:
    page = (ROOT / "docs/testing.md").read_text()
    names = [name for name, value in vars(signals).items() if isinstance(value, Signal)]
    assert names
    assert [name for name in names if f"| `{signals.__name__}.{name}` |" not in page] == []


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


def python_of(document: str) -> str:
    return "\n".join(
        re.findall(r"^```python\n(.*?)^```", (ROOT / document).read_text(), re.DOTALL | re.MULTILINE)
    )


class TransferForm(forms.Form):
    amount = forms.IntegerField()


class Keys(ListView):  # type: ignore[type-arg]
    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponse("keys")


@pytest.fixture
def from_readme(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The views that the page on step-up shows, each with an answer where it has three dots."""
    code = re.sub(
        r": \.\.\.$",
        ":\n    return HttpResponse(str(request.path))",
        python_of("docs/step-up.md"),
        flags=re.MULTILINE,
    )
    code = code.replace("    ...\n", "    return HttpResponse(form.as_p())\n")
    names: dict[str, Any] = {
        "__name__": "views",
        "ListView": Keys,
        "TransferForm": TransferForm,
        "HttpResponse": HttpResponse,
    }
    exec(code, names)  # our own document
    urls: Any = ModuleType("urls_from_readme")
    gated = {"payouts/": "payouts", "bank/": "change_bank_account", "transfer/": "transfer"}
    urls.urlpatterns = [
        *site_urls,
        *(route(at, names[view]) for at, view in gated.items()),
        route("keys/", names["ApiKeys"].as_view()),
    ]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    settings.ROOT_URLCONF = urls.__name__


@pytest.mark.parametrize("path", ["/payouts/", "/bank/", "/keys/"])
def test_gates_that_the_readme_shows_open_to_a_second_factor(
    from_readme: None, person: Callable[[str], Person], path: str
) -> None:
    tess = person("tess")
    tess.sign_in()
    assert "/step-up/" in tess.client.get(path)["Location"]
    tess.step_up(path)
    assert tess.client.get(path).status_code == 200


def test_form_that_the_readme_shows_keeps_what_was_typed(
    from_readme: None, person: Callable[[str], Person]
) -> None:
    tess = person("tess")
    tess.sign_in()
    assert tess.client.post("/transfer/", {"amount": "900"}).status_code == 200
    interrupted = tess.client.post("/transfer/", {"amount": "5000"})
    assert 'value="5000"' in tess.follow(interrupted).content.decode()
    assert tess.client.post("/transfer/", {"amount": "5000"}).status_code == 200


def test_test_that_contributing_shows_passes(from_readme: None, person: Callable[[str], Person]) -> None:
    names: dict[str, Any] = {}
    exec(python_of("CONTRIBUTING.md"), names)  # our own document
    names["test_payouts_open_to_a_second_factor_alone"](person)


@pytest.mark.django_db
def test_test_that_the_page_on_testing_shows_passes(
    from_readme: None, client: Client, django_user_model: Any, prove_mfa: Any
) -> None:
    names: dict[str, Any] = {}
    exec(python_of("docs/testing.md"), names)  # our own document
    names["test_payouts_open_to_a_second_factor"](client, django_user_model, prove_mfa)
