"""A page in every look and both languages, and whether it holds still while it loads."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.looks import DESKTOP, LOOKS, PHONE, Exclusion, Look, check_looks
from tests.support.visit import speak

# Words are longer or shorter in another language, so each width is seen once more; colours are the same.
LANGUAGES = {"en": LOOKS, "es": (Look("light", PHONE), Look("dark", DESKTOP))}
FIRST = next(iter(LANGUAGES))
# A fifth of what "good" allows (web.dev, Cumulative Layout Shift).
MOST_SHIFT = 0.02
MEASURE_SHIFTS = """window.shifts = [];
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
        window.shifts.push([entry.value, entry.sources.map(source => source.node?.outerHTML?.slice(0, 200))]);
    }
}).observe({type: 'layout-shift', buffered: true});"""
SETTLED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
    () => done(window.shifts))))"""


def check_page(
    page: Page, go: Callable[[], object], *, excluding: tuple[Exclusion, ...] = (), may_move: bool = False
) -> None:
    """Come to a page in each language, and look at it in every way that somebody may see it in.

    `go` must not go by words on the page: they change.
    """
    for language, looks in LANGUAGES.items():
        speak(page, language)
        go()
        expect(page.locator("html")).to_have_attribute("lang", language)
        if not may_move:
            check_steady(page)
        check_looks(page, *looks, excluding=excluding, colours=language == FIRST)


def check_steady(page: Page) -> None:
    """Fail if anything moved under the reader's eyes since the page began to load."""
    page.wait_for_load_state()
    shifts = page.evaluate(SETTLED)
    assert sum(value for value, _ in shifts) < MOST_SHIFT, f"{page.url} moved: {shifts}"
