"""How a page must look for everybody: both themes, both widths, no sideways scrolling, axe content."""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

PHONE, DESKTOP = 360, 1280
# What is left of 1280 px at a zoom of 400%, where nobody may have to scroll sideways (WCAG 2.2, 1.4.10).
NARROWEST = 320
# All that axe checks by default, good practice included, and the rule of WCAG 2.2 that it leaves off.
# Preloading would copy style sheets into the page, which the policy blocks.
AXE_OPTIONS: dict[str, Any] = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}},
}
# Rules about colours take as long as all the others together. They are what a theme can break, and no more.
COLOURS = ("color-contrast", "link-in-text-block")
ONLY_COLOURS = {**AXE_OPTIONS, "runOnly": COLOURS, "rules": {}}
NO_COLOURS = {
    **AXE_OPTIONS,
    "rules": {**AXE_OPTIONS["rules"], **{rule: {"enabled": False} for rule in COLOURS}},
}


@dataclass(frozen=True)
class Look:
    """A theme and a width."""

    theme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


@dataclass(frozen=True)
class Exclusion:
    """What somebody else's markup does against a rule, on elements that match a selector."""

    rule: str
    selector: str


LOOKS = tuple(Look(theme, width) for theme in ("light", "dark") for width in (DESKTOP, PHONE))


def wear(page: Page, look: Look) -> None:
    """Show the page in this look."""
    page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 800})


def check_looks(
    page: Page, *looks: Look, excluding: tuple[Exclusion, ...] = (), colours: bool = True
) -> None:
    """Fail if the page is broken in any look; several faults are shown at once."""
    faults, seen = [], set()
    for look in looks or LOOKS:
        wear(page, look)
        options = ONLY_COLOURS if look.width in seen else AXE_OPTIONS if colours else NO_COLOURS
        found = [*_violations(page, options, excluding), *_too_wide(page, look.width), *_headings(page)]
        faults += [f"{look}: {fault}" for fault in found]
        seen.add(look.width)
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    faults += [f"zoomed in: {fault}" for fault in _too_wide(page, NARROWEST)]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def _headings(page: Page) -> list[str]:
    count = page.locator("h1").count()
    return [] if count == 1 else [f"{count} first-level headings"]


def _violations(page: Page, axe: dict[str, Any], excluding: tuple[Exclusion, ...]) -> list[str]:
    if page.evaluate("window.axe === undefined"):
        page.evaluate(_axe())
    options: dict[str, Any] = {"axe": axe, "excluding": [asdict(one) for one in excluding]}
    found: list[str] = page.evaluate(VIOLATIONS, options)
    return found


@cache
def _axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


VIOLATIONS = """async ({axe: options, excluding}) => {
    const isOthers = (rule, node) => excluding.some(
        one => one.rule === rule && document.querySelector(node.target.at(-1))?.matches(one.selector));
    const {violations} = await axe.run(options);
    return violations
        .map(found => ({...found, nodes: found.nodes.filter(node => !isOthers(found.id, node))}))
        .filter(found => found.nodes.length)
        .map(found => `axe ${found.id} (${found.impact}): ${found.help}: `
            + found.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(' | '));
}"""


def _too_wide(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {wide} px wide: {page.evaluate(WIDEST)}"] if wide > width else []


WIDEST = """[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 200)).join(' | ')"""
