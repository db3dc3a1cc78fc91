"""These apps' pages inside somebody else's base template: what is around them keeps its own looks."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

# Plain elements, and classes that these apps' stylesheet knows by the same name.
HOST_BASE = """<!DOCTYPE html>
<html lang="en">
  <head><title>{% block title %}{% endblock %}</title>{% block head %}{% endblock %}</head>
  <body>
    <header class="site-header">
      <div class="wrap"><p class="lead">Tea House</p><a href="/">Home</a></div>
    </header>
    <main>
      <h2 class="card">Teas</h2>
      <ul role="list" class="badges"><li class="badge"><a class="button" href="/teas/">Green</a></li></ul>
      <form method="post"><p class="field"><input type="text" aria-label="Tea"><button>Buy</button></p></form>
      <div id="guest">{% block content %}{% endblock %}</div>
    </main>
  </body>
</html>"""
PROPERTIES = (
    *("color", "backgroundColor", "font", "margin", "padding", "display", "textDecoration", "boxSizing"),
    *("border", "minHeight", "colorScheme", "listStyle", "overflowWrap"),
)
LOOKS_OF_THE_HOST = """names => [...document.querySelectorAll("html, html *")]
    .filter(one => !one.closest("head, .account-security"))
    .map(one => [one.tagName, ...names.map(name => getComputedStyle(one)[name])])"""
DISPLAY = "one => getComputedStyle(one).display"
WITHOUT_OUR_STYLES = "() => { for (const sheet of document.styleSheets) sheet.disabled = true; }"
GROUND_AND_INK = """() => {
    const {backgroundColor, color} = getComputedStyle(document.querySelector(".account-security"));
    return [backgroundColor, color];
}"""
LIGHT = ["rgb(244, 246, 244)", "rgb(22, 33, 29)"]
DARK = ["rgb(15, 21, 19)", "rgb(231, 238, 234)"]


@pytest.fixture
def host(site: str, tmp_path: Path, settings: Settings) -> str:
    """A site with a base template of its own; its sign-in page is these apps'."""
    (tmp_path / "host.html").write_text(HOST_BASE)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]
    settings.ACCOUNT_SECURITY_BASE_TEMPLATE = "host.html"
    settings.ACCOUNT_SECURITY_ACCENT = "#123456"
    return f"{site}/sign-in/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_host_page_around_the_apps_content_keeps_its_looks(page: Page, host: str, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(host)
    button = page.locator("#guest .button-primary")
    with_ours = page.evaluate(LOOKS_OF_THE_HOST, PROPERTIES)
    ours = button.evaluate(DISPLAY)
    page.evaluate(WITHOUT_OUR_STYLES)
    assert len(with_ours) > 15
    assert with_ours == page.evaluate(LOOKS_OF_THE_HOST, PROPERTIES)
    assert button.evaluate(DISPLAY) != ours


@pytest.mark.parametrize(("scheme", "expected"), [("normal", LIGHT), ("light dark", DARK)])
def test_content_is_dark_only_where_the_page_around_it_is(
    page: Page, host: str, scheme: str, expected: list[str]
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(host)
    page.evaluate("scheme => { document.documentElement.style.colorScheme = scheme; }", scheme)
    assert page.evaluate(GROUND_AND_INK) == expected
