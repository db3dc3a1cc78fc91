"""`make screenshots`: walks the main pages in Chromium and keeps pictures of them in docs/."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, chromium
from tests.support.browser_person import BrowserPerson
from tests.support.looks import LOOKS
from tests.support.tenant import Tenant, TenantProcess
from tools import ports
from tools.adding_pictures import WALKS as ADDING
from tools.camera import KEPT, Camera, People, newcomer_named
from tools.processes import ROOT, Stage

DOCS = ROOT / "docs"
FRONT_PICTURE = "security-light-1280.png"


def main() -> int:
    """Start a tenant and a site of their own, take every picture, and stop both."""
    path = chromium()
    if path is None:
        print("This needs Chromium; on Debian: apt install chromium.", file=sys.stderr)
        return 1
    options = _options()
    shots = options.to / "screenshots"
    shutil.rmtree(shots, ignore_errors=True)
    shots.mkdir(parents=True)
    with _started() as (tenant, site), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, "--no-sandbox"])
        for walk in (visitor, person, newcomer, staff, alarmed, *ADDING):
            page = browser.new_page()
            page.set_default_timeout(10_000)
            walk(Camera(page, shots, LOOKS if options.all else KEPT), _people(page, site, tenant))
            page.context.close()
    shutil.copy(shots / FRONT_PICTURE, options.to / "security-page.png")
    print(f"{len(list(shots.glob('*.png')))} pictures in {shots}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="screenshots", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every page in both themes and both widths")
    parser.add_argument("--to", type=Path, default=DOCS, help="the folder to keep them in (default: docs)")
    return parser.parse_args()


def _people(page: Page, site: str, tenant: Tenant) -> People:
    return lambda who: BrowserPerson(page, site, tenant, tenant[who])


# Nobody is asked for a second factor at sign-in, so that what asks for one later can be shown.
QUIET = ("step-up", "claims")


@contextmanager
def _started() -> Iterator[tuple[Tenant, str]]:
    with tempfile.TemporaryDirectory() as folder:
        stage, tenant = Stage(Path(folder)), Tenant(TenantProcess())
        tenant.set_settings(rate_limits=False)
        try:
            yield tenant, stage.start_site(ports.free(), tenant.process.facts, QUIET)
        finally:
            stage.stop()
            tenant.close()


def visitor(camera: Camera, at: People) -> None:
    """Pages that anybody sees."""
    nobody = at("nia")
    for name, path in (("home", "/"), ("sign-in", "/sign-in/")):
        nobody.open(path)
        camera.take(name)


def person(camera: Camera, at: People) -> None:
    """Somebody with an authenticator app, a phone and a recovery code."""
    tess, page = at("tess"), camera.page
    tess.sign_in()
    camera.take("security")
    _follow(page, r"/account/security/[^/]+/remove/$")
    camera.take("step-up")
    tess.step_up()
    camera.take("remove")
    for name in ("rename", "recovery-code"):
        tess.open("/account/security/")
        _follow(page, rf"/{name}/$")
        camera.take(name)
    page.locator("main form[method=post] button[type=submit]").first.click()
    camera.take("recovery-code-made")
    tess.open("/account/security/activity/")
    camera.take("activity")


def newcomer(camera: Camera, at: People) -> None:
    """Somebody with no second factor yet."""
    nia, page = at("nia"), camera.page
    nia.sign_in()
    camera.take("security-unprotected")
    page.goto(f"{nia.tenant.base_url}/dev/phone")
    camera.take("tenant-phone")


def staff(camera: Camera, at: People) -> None:
    """Somebody with the admin's keys, at the account of somebody who asked for help."""
    ada, page = at("ada"), camera.page
    ada.open("/admin/")
    page.get_by_role("button", name="Continue to sign in").click()
    camera.take("tenant-sign-in")
    ada.prove_first_factor()
    camera.take("tenant-challenge")
    ada.prove_second_factor()
    camera.take("admin")
    ada.open("/admin/users/user/?q=tess")
    page.locator("#result_list tbody th a").click()
    page.get_by_role("link", name="Account security", exact=True).click()
    camera.take("admin-person")
    page.get_by_role("link", name=re.compile("Remove.*Phone app")).click()
    camera.take("admin-remove")


def alarmed(camera: Camera, at: People) -> None:
    """Somebody who sees what they did not do."""
    gita = newcomer_named(at, "Gita", {"type": "totp", "name": "Phone app"})
    gita.sign_in()
    gita.open("/account/security/not-me/")
    camera.take("not-me")
    camera.page.locator("main form[method=post]:not(.as-of) button[type=submit]").click()
    camera.page.wait_for_url("**/done/")
    camera.take("not-me-done")
    gita.open("/account/security/")
    camera.take("security-frozen")


def _follow(page: Page, pattern: str) -> None:
    """Click the first link of the page that leads to an address like this."""
    links = page.locator("main a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    href = next(link for link in links if re.search(pattern, link))
    page.locator(f'main a[href="{href}"]').first.click()


if __name__ == "__main__":
    sys.exit(main())
