"""The checks on pages themselves: each finds what it is for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.support.console import Console
from tests.support.looks import Exclusion, check_looks
from tests.support.tour import check_steady

Serve = Callable[[str], None]
SOUND = "<h1>A page</h1><p>Some words</p>"


@pytest.fixture
def serve(page: Page, site: str) -> Serve:
    """Show a page with this body, in the site's place."""

    def show(body: str) -> None:
        html = f"<!DOCTYPE html><html lang='en'><title>A page</title><main>{body}</main>"

        def answer(route: Route) -> None:
            route.fulfill(body=html, headers={"Content-Security-Policy": "script-src 'self'"})

        page.route(f"{site}/made-up/", answer)
        page.goto(f"{site}/made-up/")

    return show


def test_looks_of_a_sound_page_are_fine(page: Page, serve: Serve) -> None:
    serve(SOUND)
    check_looks(page)
    check_steady(page)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<h1>A page</h1><p style='color: #ccc; background: #fff'>pale</p>", "axe color-contrast"),
        ("<h1>A page</h1><input>", "axe label"),
        (
            "<h1>A page</h1><button style='all: unset; font-size: 6px'>a</button><button>b</button>",
            "target-size",
        ),
        ("<h1>A page</h1><div style='width: 340px'>wide</div>", "zoomed in: the page is"),
        ("<h1>A page</h1><div style='width: 500px'>wide</div>", "light-360: the page is"),
        ("<h1>A page</h1><h1>Another</h1>", "2 first-level headings"),
    ],
)
def test_looks_of_a_page_with_a_fault_name_it(page: Page, serve: Serve, body: str, said: str) -> None:
    serve(body)
    with pytest.raises(AssertionError, match=said):
        check_looks(page)


def test_looks_of_a_page_that_is_pale_in_the_dark_alone_name_it(page: Page, serve: Serve) -> None:
    pale = "p { background: #444; color: #666 }"
    serve(f"<style>@media (prefers-color-scheme: dark) {{ {pale} }}</style>{SOUND}")
    with pytest.raises(AssertionError) as found:
        check_looks(page)
    assert "dark-1280: axe color-contrast" in str(found.value)
    assert "light" not in str(found.value)


def test_looks_pass_over_what_is_excluded_and_nothing_else(page: Page, serve: Serve) -> None:
    serve("<h1>A page</h1><p><input id='theirs'></p><p><input id='ours'></p>")
    with pytest.raises(AssertionError) as found:
        check_looks(page, excluding=(Exclusion("label", "#theirs"),))
    assert "ours" in str(found.value)
    assert "theirs" not in str(found.value)


def test_page_that_moves_is_noticed(page: Page, serve: Serve) -> None:
    serve(SOUND)
    page.evaluate(
        """() => new Promise(done => setTimeout(() => {
            document.querySelector('h1').style.marginTop = '300px'; setTimeout(done, 100); }, 600))"""
    )
    with pytest.raises(AssertionError, match="moved"):
        check_steady(page)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<script>1</script>", "script-src-elem"),
        ("<img alt='' src='/nowhere.png'>", "404"),
        ("<img alt='' src='http://elsewhere.example/pixel.png'>", "a foreign host is asked"),
    ],
)
def test_complaint_of_the_browser_is_noticed(
    page: Page, serve: Serve, console: Console, body: str, said: str
) -> None:
    serve(SOUND + body)
    console.expect(said)
    console.complaints.clear()
