"""How pages bear with their readers: large text, wide spacing, less motion, paper, a slow line."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.support.browser_person import BrowserPerson
from tests.support.tour import check_steady
from tests.support.visit import SECURITY

People = Callable[..., BrowserPerson]
APP = f"{SECURITY}totp%7Cdev_tess_totp/"
PAGES = ("/", SECURITY, f"{SECURITY}activity/", f"{SECURITY}recovery-code/", f"{APP}remove/", f"{APP}rename/")
# A page at 200% on a screen of 1280 px.
ZOOMED: ViewportSize = {"width": 640, "height": 400}
SLOW = {"offline": False, "latency": 200, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
TEXT_TWICE_AS_LARGE = "document.documentElement.style.fontSize = '200%'"
# What a reader may set without losing anything (WCAG 2.2, 1.4.12).
WIDE_SPACING = """() => { for (const one of document.querySelectorAll('body, body *')) {
    one.style.setProperty('line-height', '1.5', 'important');
    one.style.setProperty('letter-spacing', '0.12em', 'important');
    one.style.setProperty('word-spacing', '0.16em', 'important');
    if (one.matches('p')) one.style.setProperty('margin-bottom', '2em', 'important');
} }"""
CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(one => {
    const {overflowX, overflowY} = getComputedStyle(one);
    const hides = overflowX !== 'visible' || overflowY !== 'visible';
    const isSeen = one.checkVisibility() && !one.closest('.sr-only, svg');
    const isCut = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
    return hides && isSeen && isCut;
}).map(one => one.outerHTML.slice(0, 200))"""
MOVES = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one);
    return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => time !== '0s');
}).length"""


@pytest.mark.parametrize("path", PAGES)
def test_page_loses_nothing_in_large_or_wide_text(page: Page, signed_in: People, path: str) -> None:
    page.set_viewport_size(ZOOMED)
    tess = signed_in("tess", mfa=True)
    for setting in (TEXT_TWICE_AS_LARGE, WIDE_SPACING):
        tess.open(path)
        page.evaluate(setting)
        assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"], setting
        assert page.evaluate(CUT_OFF) == [], setting


def test_page_moves_nothing_for_somebody_who_asked_for_less_motion(page: Page, signed_in: People) -> None:
    signed_in("tess").open(SECURITY)
    assert page.evaluate(MOVES) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == 0


def test_page_for_somebody_who_asked_for_more_contrast_has_no_soft_words(
    page: Page, signed_in: People
) -> None:
    signed_in("tess").open(SECURITY)
    soft = page.locator("main .soft").first
    plain = page.locator("body").evaluate("body => getComputedStyle(body).color")
    assert soft.evaluate("one => getComputedStyle(one).color") != plain
    page.emulate_media(contrast="more")
    assert soft.evaluate("one => getComputedStyle(one).color") == plain


def test_page_holds_still_on_a_slow_line(page: Page, signed_in: People) -> None:
    tess = signed_in("tess")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    tess.open(SECURITY)
    expect(page.locator(".factor .icon").first).to_be_visible()
    check_steady(page)


def test_times_are_told_exactly_in_the_readers_own_time_zone(page: Page, signed_in: People) -> None:
    signed_in("tess").open(SECURITY)
    at = page.locator("time[datetime]").first
    expected = at.evaluate(
        """at => new Intl.DateTimeFormat('en', {dateStyle: 'long', timeStyle: 'short'})
            .format(new Date(at.dateTime))"""
    )
    expect(at).to_have_attribute("title", expected)


def test_form_that_is_sent_twice_is_sent_once(page: Page, signed_in: People) -> None:
    signed_in("tess", mfa=True).open(f"{APP}rename/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("textbox").fill("Pixel")
    page.get_by_role("button", name="Save the name").dblclick()
    expect(page.get_by_role("heading", name="Pixel")).to_be_visible()
    assert sent.count("POST") == 1
