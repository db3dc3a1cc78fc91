"""What takes the pictures, and whom it follows."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser_person import BrowserPerson
from tests.support.looks import DESKTOP, LOOKS, PHONE, Look, wear

# Enough for the documents; `--all` takes every page in every look, to judge it by.
KEPT = (Look("light", DESKTOP), Look("dark", PHONE))

People = Callable[[str], BrowserPerson]


@dataclass
class Camera:
    """Takes the page that is open, in several looks."""

    page: Page
    folder: Path
    looks: tuple[Look, ...]

    def take(self, name: str) -> None:
        for look in LOOKS if name == "security" else self.looks:
            wear(self.page, look)
            self.page.screenshot(
                path=self.folder / f"{name}-{look}.png", full_page=True, animations="disabled"
            )
