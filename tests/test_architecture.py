"""The house's walls: who may import whom, who may speak HTTP, and what is built into the wheel."""

import ast
import re
import zipfile
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.imports import imports, tree
from tests.support.wheel import build_wheel

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("mfaproject", "accounts", "enrollment", "devtenant")
SITE = ("mfaproject", "accounts", "enrollment")
APPS = ("accounts", "enrollment")
# What lies in folders at the top, for the project, and inside this app in the wheel.
PACKED = {
    "templates/accounts": "accounts",
    "templates/enrollment": "enrollment",
    "templates/admin/enrollment": "enrollment",
    "static/accounts": "accounts",
    "static/enrollment": "enrollment",
    "locale": "accounts",
}
# Each may import those named here, besides itself.
MAY_IMPORT = {
    "mfaproject": {"accounts", "enrollment"},
    "enrollment": {"accounts"},
    "accounts": set(),
    "devtenant": set(),
    # Tools and tests may use each other's machinery; neither is installed.
    "tools": {"tests"},
}
# Rooms of each app from the top down; a room imports from lower lines alone, and from none of its own line. A
# module that is lower than its package is named with it.
LAYERS = {
    "accounts": (
        "apps urls social_urls middleware pytest_plugin",
        "views testing admin checks",
        "login context_processors",
        "sessions",
        "step_up",
        "languages",
        "models",
        "identity signals",
        "auth0",
        "conf humanize json_serializer redirects pipeline",
    ),
    "enrollment": (
        "apps urls site_urls",
        "views admin management checks",
        "forms templatetags",
        "flows",
        "pending",
        "gateways audit",
        "permissions actors",
        "models doctor",
        "audit.log_types",
        "audit.timeline pending.messages",
        "account actions pending.state_machine",
        "kinds",
        "confirmation",
        "conf signals phones",
    ),
}
MOST_LINES = 250
# The doorways: nothing else in the site may speak HTTP.
DOORWAYS = (
    "accounts/auth0/http.py",
    "accounts/auth0/network.py",
    "accounts/auth0/rate_limit_transport.py",
)
HTTP = {"requests", "httpx", "httpcore", "urllib.request", "http.client", "aiohttp", "urllib3"}
# Only a gateway knows the SDK's types.
SDK = {"auth0"}


def modules(*packages: str) -> list[Path]:
    """Every module of these packages, migrations excepted."""
    found = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_under(dotted: str, names: set[str]) -> bool:
    return any(dotted == top or dotted.startswith(f"{top}.") for top in names)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_package_imports_only_what_it_stands_on(package: str) -> None:
    forbidden = {*PACKAGES, "tests", "tools"} - MAY_IMPORT[package] - {package}
    wrong = [
        f"{name(path)} imports {dotted}"
        for path in modules(package)
        for dotted in imports(tree(path))
        if is_under(dotted, forbidden)
    ]
    assert wrong == []


def heights(app: str) -> dict[str, int]:
    """The rooms of an app by name, the lowest line 0."""
    lines = enumerate(reversed(LAYERS[app]))
    return {f"{app}.{room}": height for height, line in lines for room in line.split()}


def room(dotted: str, rooms: Iterable[str]) -> str:
    """The most particular room that a module is in; nothing for the package itself."""
    return max((each for each in rooms if is_under(dotted, {each})), key=len, default="")


@pytest.mark.parametrize("app", APPS)
def test_every_module_is_in_a_room(app: str) -> None:
    homeless = [dotted for path in modules(app) if not room(dotted := dotted_name(path), heights(app))]
    assert homeless == [app]


@pytest.mark.parametrize("app", APPS)
def test_room_imports_from_below_alone(app: str) -> None:
    rooms, wrong = heights(app), []
    for path in modules(app):
        here = room(dotted_name(path), rooms)
        for dotted in imports(tree(path)) if here else ():
            there = room(dotted, rooms)
            same = here == there or package_of(here) == package_of(there)
            if there and not same and rooms[there] >= rooms[here]:
                wrong.append(f"{name(path)} ({here}) imports {dotted} ({there})")
    assert wrong == []


def package_of(dotted: str) -> str:
    return ".".join(dotted.split(".")[:2])


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_import_each_other_in_no_circle(package: str) -> None:
    """Imports inside functions count, too: they hide a circle, and do not open it."""
    try:
        TopologicalSorter(imported_by(package)).prepare()
    except CycleError as error:
        pytest.fail(" < ".join(error.args[1]))


def imported_by(package: str) -> dict[str, set[str]]:
    """What each module of a package imports from it. A package's own module may gather what is inside it."""
    paths = {dotted_name(path): path for path in modules(package)}
    return {
        here: {to for to in imports(tree(path)) if to in paths and not f"{here}.".startswith(f"{to}.")}
        for here, path in paths.items()
    }


def dotted_name(path: Path) -> str:
    return name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_http_is_spoken_in_the_doorways_alone() -> None:
    wrong = [
        f"{name(path)} imports {dotted}"
        for path in modules(*SITE)
        for dotted in imports(tree(path))
        if is_under(dotted, HTTP) and not name(path).startswith(DOORWAYS)
    ]
    assert wrong == []


def test_sdk_types_stop_at_the_gateways() -> None:
    wrong = [
        f"{name(path)} imports {dotted}"
        for path in modules(*SITE)
        for dotted in imports(tree(path))
        if is_under(dotted, SDK) and not name(path).startswith("enrollment/gateways/")
    ]
    assert wrong == []


def test_particular_kind_or_confirmation_is_named_where_it_is_registered_alone() -> None:
    """Everything else asks a kind what is true of it, so that one more kind is one more file."""
    shared = {
        f"enrollment.{room}" for room in ("kinds.base", "kinds.registry", "kinds.gaps", "confirmation.base")
    }
    rooms = {"enrollment.kinds", "enrollment.confirmation"}
    wrong = [
        f"{name(path)} imports {dotted}"
        for path in modules(*SITE)
        if not name(path).startswith(("enrollment/kinds/", "enrollment/confirmation/"))
        for dotted in imports(tree(path))
        if is_under(dotted, rooms) and dotted not in rooms and not is_under(dotted, shared)
    ]
    assert wrong == []


def test_auth0_settings_are_read_in_their_own_places() -> None:
    readers = {
        name(path)
        for path in modules("accounts", "enrollment")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr.startswith("AUTH0_") and _is_settings(node.value)
    }
    checks = {reader for reader in readers if reader.split("/")[1].startswith("checks")}
    assert readers - checks <= {"accounts/auth0/tenant.py", "accounts/conf.py"}


def _is_settings(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "settings"


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "tools"])
def test_module_says_in_its_first_line_what_it_is(package: str) -> None:
    assert [
        name(path) for path in modules(package) if path.stat().st_size and not ast.get_docstring(tree(path))
    ] == []


@pytest.mark.parametrize("package", SITE)
def test_module_is_read_at_a_sitting(package: str) -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in modules(package)}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_log_lines_are_fixed_words_with_named_values() -> None:
    """An f-string hides a value from redaction by name, and makes a thousand events of one."""
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*SITE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LOG_METHODS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("log", "logger", "logging")
        and node.args
        and not isinstance(node.args[0], ast.Constant)
    ]
    assert wrong == []


def test_nobody_prints() -> None:
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules(*SITE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert wrong == []


def test_templates_have_no_inline_scripts_or_styles() -> None:
    """The content security policy would block them, and nobody would see why."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=[\"']|javascript:", re.IGNORECASE)
    pages = sorted((ROOT / "templates").rglob("*.html"))
    # E-mail programs are the one place where styles must be inline.
    wrong = [name(page) for page in pages if "mail" not in page.parts and inline.search(page.read_text())]
    assert wrong == []


def test_wheel_holds_the_apps_with_what_they_show_and_nothing_else(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        held = {entry for entry in archive.namelist() if ".dist-info/" not in entry}
    shown = {f"{app}/{file}" for folder, app in PACKED.items() for file in files(folder)}
    code = {file for app in APPS for file in files(app) if file.endswith((".py", ".js"))}
    assert held == shown | code


def files(folder: str) -> set[str]:
    return {name(path) for path in (ROOT / folder).rglob("*") if path.is_file()}
