"""How a page must look for everybody: both themes, both widths, no sideways scrolling, axe content."""

from dataclasses import dataclass
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE, DESKTOP = 360, 1280
# All that axe checks by default. It would copy style sheets into the page, which the policy blocks.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}


@dataclass(frozen=True)
class Look:
    """A theme and a width."""

    theme: Literal["light", "dark"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.width}"


LOOKS = tuple(Look(theme, width) for theme in ("light", "dark") for width in (DESKTOP, PHONE))


def wear(page: Page, look: Look) -> None:
    """Show the page in this look."""
    page.emulate_media(color_scheme=look.theme, reduced_motion="reduce")
    page.set_viewport_size({"width": look.width, "height": 800})


def check_looks(page: Page, *looks: Look) -> None:
    """Fail if the page is broken in any look; several faults are shown at once."""
    faults = [f"{look}: {fault}" for look in looks or LOOKS for fault in _faults(page, look)]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def _faults(page: Page, look: Look) -> list[str]:
    wear(page, look)
    found = [_text(violation) for violation in Axe().run(page, options=AXE_OPTIONS).response["violations"]]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > look.width:
        found.append(f"the page is {width} px wide: {page.evaluate(WIDEST)}")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} first-level headings")
    return found


WIDEST = """[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 200)).join(' | ')"""


def _text(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    places = [str(node["html"])[:200] for node in nodes[:3]] if isinstance(nodes, list) else []
    return f"axe {violation['id']} ({violation['impact']}): {violation['help']}: {' | '.join(places)}"
