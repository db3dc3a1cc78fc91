"""What holds for every page and template: it compiles, is named, and needs nothing that the CSP forbids."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string

from enrollment.kinds.registry import kinds
from tests.enrollment.reading import SECURITY
from tests.support.person import Person

People = Callable[..., Person]
FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
PUBLIC_PAGES = ["/", "/sign-in/", "/sign-in/?next=/account/security/", "/no/such/page/"]
OWN_PAGES = [
    "/",
    SECURITY,
    f"{SECURITY}activity/",
    f"{SECURITY}not-me/",
    f"{SECURITY}recovery-code/",
    f"{SECURITY}add/",
    f"{SECURITY}add/totp/",
    f"/step-up/?next={SECURITY}recovery-code/",
]
EVENT_ATTRIBUTE = re.compile(r"^on[a-z]+$")
DATA_BLOCKS = frozenset({"application/json"})


class Markup(HTMLParser):
    """Collects what a strict policy would block, what is loaded, and ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.loaded: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.forbidden += [name for name in given if name == "style" or EVENT_ATTRIBUTE.match(name)]
        self.ids += [given["id"]] if "id" in given else []
        if tag == "style":
            self.forbidden.append("<style>")
        if tag == "script" and "src" not in given and given.get("type") not in DATA_BLOCKS:
            self.forbidden.append("<script>")
        if any(value.strip().lower().startswith("javascript:") for value in given.values()):
            self.forbidden.append("javascript:")
        self.loaded += self._loads(tag, given)

    @staticmethod
    def _loads(tag: str, given: dict[str, str]) -> Iterator[str]:
        if tag in {"script", "img"} and "src" in given:
            yield given["src"]
        if tag in {"link", "use"} and "href" in given:
            yield given["href"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_page_is_named_and_needs_nothing_that_the_policy_blocks(person: People, path: str) -> None:
    check(person("tess").client.get(path).content.decode())


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_page_is_named_and_needs_nothing_that_the_policy_blocks(person: People, path: str) -> None:
    tess = person("tess")
    tess.sign_in()
    page = tess.client.get(path)
    if page.status_code == 302:
        page = tess.open(path)

    check(page.content.decode())


@pytest.mark.parametrize(
    "name",
    ["400.html", "403.html", "403_csrf.html", "404.html", "500.html", "accounts/session_ended.html"],
)
def test_error_page_stands_without_a_request(name: str) -> None:
    check(render_to_string(name))


def test_recovery_code_shown_needs_nothing_that_the_policy_blocks(person: People) -> None:
    tess = person("tess")

    check(tess.press(tess.open(f"{SECURITY}recovery-code/"), "Replace my code").content.decode())


def check(html: str) -> None:
    assert re.search(r'<html lang="[a-z-]+"', html)
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert title
    assert len(title[1].split("·")[0].strip()) > 2
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert len(re.findall(r"<main[ >]", html)) == 1
    markup = Markup(html)
    assert markup.forbidden == []
    assert len(markup.ids) == len(set(markup.ids))
    assert all(address.startswith("/static/") for address in markup.loaded)
    for address in {address.partition("#")[0] for address in markup.loaded}:
        assert finders.find(address.removeprefix("/static/")), address


def test_every_icon_asked_for_is_in_the_sprite() -> None:
    sprite = Path(settings.BASE_DIR, "static", "accounts", "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
    sources = [path.read_text() for path in FOLDER.rglob("*.html")]
    asked = {name for source in sources for name in re.findall(r'icon\.html" with name="([a-z-]+)"', source)}

    assert asked
    assert asked <= drawn


def test_every_kind_of_factor_has_an_icon() -> None:
    sprite = Path(settings.BASE_DIR, "static", "accounts", "icons.svg").read_text()

    assert {kind.icon for kind in kinds()} <= set(re.findall(r'<symbol id="([a-z-]+)"', sprite))
