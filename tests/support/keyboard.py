"""Somebody who has a keyboard and nothing else."""

from dataclasses import dataclass

from playwright.sync_api import Page

MOST_STOPS = 80


@dataclass(frozen=True)
class Stop:
    """What has the focus, as somebody hears of it, and whether it can be seen to have it."""

    tag: str
    name: str
    top: float
    left: float
    is_marked: bool
    is_in_view: bool
    in_main: bool


FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    const label = at.labels?.length ? [...at.labels].map(one => one.textContent).join(' ') : '';
    return {
        tag: at.tagName.toLowerCase(),
        name: (label || at.getAttribute('aria-label') || at.textContent).replace(/\\s+/g, ' ').trim(),
        top: box.top + scrollY, left: box.left,
        is_marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        is_in_view: box.width > 0 && box.bottom > 0 && box.top < innerHeight
            && box.right > 0 && box.left < innerWidth,
        in_main: at.closest('main') !== null,
    };
}"""


class Keyboard:
    """Moves by Tab, presses by Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> Stop:
        return Stop(**self.page.evaluate(FOCUSED))

    def tab(self, *, back: bool = False) -> Stop:
        """Go to the next stop."""
        self.page.keyboard.press("Shift+Tab" if back else "Tab")
        return self.focused

    def round(self) -> list[Stop]:
        """Every stop from the top of the page to its end; a trap would never end."""
        stops: list[Stop] = []
        while (stop := self.tab()).tag != "body":
            stops.append(stop)
            assert len(stops) < MOST_STOPS, f"no way out: {[one.name for one in stops[-5:]]}"
        return stops

    def go_to(self, name: str) -> Stop:
        """Press Tab until something of that name has the focus."""
        self.page.wait_for_load_state()  # a script may have to run before a key does anything
        seen = []
        for _ in range(MOST_STOPS):
            stop = self.tab()
            if stop.name.startswith(name):
                return stop
            seen.append(stop.name)
        raise AssertionError(f"Tab never comes to {name!r}, only to {seen}")

    def press(self, name: str) -> None:
        """Go to a link or button and press it."""
        self.go_to(name)
        self.page.keyboard.press("Enter")

    def type(self, text: str) -> None:
        """Write over what a field holds."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
