"""Chromium for the tests that need one, on a running site and tenant; skipped where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.support.browser_person import BrowserPerson
from tests.support.console import NAME_VIOLATIONS, Console
from tests.support.person import Person
from tests.support.tenant import Account, Tenant
from tests.support.tour import MEASURE_SHIFTS
from tests.support.virtual_authenticator import VirtualAuthenticator
from tests.support.visit import SECURITY, hand_over

# The headless shell first: the same engine without a browser's own windows, and a third faster for it.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
)
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page may name, the browser finds this machine alone.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
HERE = Path(__file__).parent
WAIT_MS = 10_000


def chromium() -> str | None:
    """The installed Chromium, under any of its usual names."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(
                    pytest.mark.skip(reason=f"no Chromium: none of {', '.join(NAMES)} is installed")
                )


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, whose sandbox does not start for root."""
    # Playwright keeps an event loop in this thread for good, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    return {"executable_path": chromium(), "args": flags, "headless": True}


@pytest.fixture
def console(context: BrowserContext) -> Iterator[Console]:
    """Fails the test at its end if the browser complained: blocked, not found, a script's error."""
    watcher = Console()
    context.on("page", watcher.watch)
    context.add_init_script(NAME_VIOLATIONS)
    yield watcher
    assert not watcher.complaints, "the browser complained:\n" + "\n".join(watcher.complaints)


@pytest.fixture
def page(console: Console, context: BrowserContext) -> Page:
    """A page whose complaints are counted."""
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(MEASURE_SHIFTS)
    return context.new_page()


@pytest.fixture
def site(live_server: LiveServer, tenant: Tenant) -> str:
    """The site's address: `localhost` by name, since that is the relying party of every passkey here."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def at_browser(page: Page, site: str, tenant: Tenant) -> Callable[..., BrowserPerson]:
    """`at_browser("tess")` is that person, at `page`."""

    def make(who: str | Account) -> BrowserPerson:
        return BrowserPerson(page, site, tenant, tenant[who] if isinstance(who, str) else who)

    return make


@pytest.fixture
def signed_in(page: Page, site: str, person: Callable[..., Person]) -> Callable[..., BrowserPerson]:
    """`signed_in("tess", mfa=True)` is that person, who came in and proved a second factor a moment ago."""

    def make(who: str | Account, *, mfa: bool = False) -> BrowserPerson:
        before = person(who)
        before.sign_in()
        if mfa:
            before.step_up(SECURITY)
        return hand_over(before, page, site)

    return make


@pytest.fixture
def platform_authenticator(page: Page) -> VirtualAuthenticator:
    """Passkeys of this device."""
    return VirtualAuthenticator.platform(page)


@pytest.fixture
def security_key(page: Page) -> VirtualAuthenticator:
    """A key that is plugged in."""
    return VirtualAuthenticator.security_key(page)
