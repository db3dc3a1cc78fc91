"""What a page says: its texts, and the attributes that are shown or read out."""

import re
from html.parser import HTMLParser

from tests.support.prose import DATA, SPOKEN, TEXT, WORD

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}
)
SILENT = frozenset({"script", "style"})
# Told by its mark: what is not to be translated, and what is in a language of its own.
BUTTONS = frozenset({"submit", "button", "reset"})


def spoken(html: str) -> set[str]:
    """Every piece of text that has words, each as it stands between two tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.said


def language_of_page(html: str) -> str:
    found = re.search(r'<html[^>]*\slang="([^"]+)"', html)
    return found[1] if found else ""


class _Reader(HTMLParser):
    """Keeps count of the elements that it is in, and whether one of them is to be left as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self._is_silent():
            self._note(*_attributes(tag, given))
        if tag not in VOID:
            own = tag != "html" and "lang" in given
            self.open.append(tag in SILENT or given.get("translate") == "no" or own)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is closed at once, as those of SVG are."""

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self._note(data)

    def _is_silent(self) -> bool:
        return any(self.open)

    def _note(self, *texts: str) -> None:
        self.said |= {" ".join(text.split()) for text in texts if WORD.search(text)}


def _attributes(tag: str, given: dict[str, str]) -> list[str]:
    shown = [
        value
        for name, value in given.items()
        if SPOKEN.fullmatch(name) or (DATA.fullmatch(name) and TEXT.search(value))
    ]
    is_button = tag == "input" and given.get("type") in BUTTONS
    return [*shown, given.get("value", "")] if is_button else shown
