"""The site's own name, logo, colour, support address and base template on these apps' pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pytest_django import Settings

from tests.support.person import Person

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ["/sign-in/", "/", "/account/language/"]
HOST_BASE = """<!DOCTYPE html><title>{% block title %}{% endblock %}</title>
{% block head %}{% endblock %}<body id="of-the-host">{% block content %}{% endblock %}</body>"""


@pytest.fixture
def host_base(tmp_path: Path, settings: Settings) -> None:
    """A site with a base template of its own."""
    (tmp_path / "host").mkdir()
    (tmp_path / "host/base.html").write_text(HOST_BASE)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]
    settings.ACCOUNT_SECURITY_BASE_TEMPLATE = "host/base.html"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_page_with_a_base_template_set_extends_it(host_base: None, client: Client, path: str) -> None:
    html = client.get(path).content.decode()

    assert html.count('id="of-the-host"') == html.count("<h1") == 1
    assert "account-security.css" in html
    assert "site-header" not in html


def test_security_page_with_a_base_template_set_extends_it(
    host_base: None, person: Callable[[str], Person]
) -> None:
    tess = person("tess")
    tess.sign_in()

    html = tess.client.get("/account/security/").content.decode()

    assert html.count('id="of-the-host"') == 1
    assert "Phone app" in html


@pytest.mark.django_db
def test_pages_with_branding_set_show_it(settings: Settings, client: Client) -> None:
    settings.ACCOUNT_SECURITY_SITE_NAME = "Tea <House>"
    settings.ACCOUNT_SECURITY_LOGO = "accounts/favicon.svg"
    settings.ACCOUNT_SECURITY_SUPPORT = "help@tea.example"
    settings.ACCOUNT_SECURITY_ACCENT = "#123456"

    html = client.get("/sign-in/").content.decode()

    assert "Tea &lt;House&gt;" in html
    assert '<img src="/static/accounts/favicon.svg"' in html
    assert "mailto:help@tea.example" in html
    assert '<link rel="stylesheet" href="/account/accent.css">' in html


def test_page_of_a_crash_is_branded_and_needs_no_database(settings: Settings, rf: RequestFactory) -> None:
    settings.ACCOUNT_SECURITY_SITE_NAME, settings.ACCOUNT_SECURITY_ACCENT = "Tea <House>", "#123456"

    answer = get_resolver(None).resolve_error_handler(500)(rf.get("/"))

    assert answer.status_code == 500
    assert "Tea &lt;House&gt;" in answer.content.decode()
    assert "accent.css" in answer.content.decode()


@pytest.mark.django_db
def test_accent_is_a_stylesheet_that_anybody_may_read(settings: Settings, client: Client) -> None:
    settings.ACCOUNT_SECURITY_ACCENT = "#123456"

    answer = client.get("/account/accent.css")

    assert answer["Content-Type"] == "text/css"
    assert "--accent: #123456;" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("accent", ["", "red; } body { display: none", "#12345"])
def test_accent_that_is_no_colour_is_not_served(settings: Settings, client: Client, accent: str) -> None:
    settings.ACCOUNT_SECURITY_ACCENT = accent

    assert client.get("/account/accent.css").status_code == 404


def test_apps_have_no_template_or_static_file_of_a_global_name() -> None:
    """A site's own `base.html` is not what these pages mean, nor theirs what the site's pages do."""
    namespaces = {"accounts", "enrollment", "admin"}
    used = {
        line.split('"')[1]
        for folder in ("accounts", "enrollment", "admin/enrollment")
        for page in (ROOT / "templates" / folder).rglob("*.html")
        for line in page.read_text().split("{%")
        if line.startswith((' extends "', ' include "'))
    }
    assert used
    assert {name for name in used if name.split("/")[0] not in namespaces} == set()


@pytest.mark.parametrize("app", ["accounts", "enrollment"])
def test_apps_have_no_tag_library_of_a_global_name(app: str) -> None:
    """Of two libraries called alike, Django keeps one, and breaks the other's templates."""
    libraries = [path.stem for path in (ROOT / app).glob("templatetags/*.py") if path.stem != "__init__"]
    assert [name for name in libraries if not name.startswith(f"{app}_")] == []
