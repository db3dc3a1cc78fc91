"""What takes the pictures, and whom it follows."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.support.browser_person import BrowserPerson
from tests.support.looks import DESKTOP, LOOKS, PHONE, Look, wear

# Enough for the documents; `--all` takes every page in every look, to judge it by.
KEPT = (Look("light", DESKTOP), Look("dark", PHONE))

People = Callable[[str], BrowserPerson]


def newcomer_named(at: People, name: str, *factors: dict[str, str]) -> BrowserPerson:
    """Somebody new: the site remembers for a while what the others have."""
    usual = at("nia")
    email = f"{name.lower()}@example.test"
    account = usual.tenant.add_user(
        email=email, password=usual.account.password, name=name, given_name=name, factors=list(factors)
    )
    return BrowserPerson(usual.page, usual.site, usual.tenant, account)


@dataclass
class Camera:
    """Takes the page that is open, in several looks."""

    page: Page
    folder: Path
    looks: tuple[Look, ...]

    def take(self, name: str) -> None:
        for look in LOOKS if name == "security" else self.looks:
            wear(self.page, look)
            _keep(
                self.page.screenshot(full_page=True, animations="disabled"),
                self.folder / f"{name}-{look}.png",
            )


def _keep(picture: bytes, path: Path) -> None:
    """In 256 colours, which these pages do not exceed by what an eye could see: a third of the size."""
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(dither=Image.Dither.NONE).save(path, optimize=True)
