"""The admin's pages as staff see them: ours, and Django's in our colours."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from mfaproject.users.models import User
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import Exclusion
from tests.support.tenant import Tenant
from tests.support.tour import check_page
from tests.support.users import make_user

People = Callable[..., BrowserPerson]
SUBMIT = "#content-main form [type=submit]"
LIST = "GET /api/v2/users/*/authentication-methods"
USERS, TRAIL = "/admin/users/user/", "/admin/enrollment/activityevent/"
DJANGO = (
    # Made by Django's script for choosing several of many (SelectFilter2.js).
    Exclusion("aria-prohibited-attr", ".help-tooltip.search-label-icon"),
    # The search box is labelled by a picture of a lens, which has a text of its own (search_form.html).
    Exclusion("label-title-only", "#searchbar"),
)


@pytest.fixture
def tess(tenant: Tenant, db: None) -> User:
    """Tess as the site knows her."""
    account = tenant["tess"]
    return make_user(account.sub, username=account.sub, email=account.email, first_name="Tess")


def security_of(user: User, ending: str = "") -> str:
    return f"{USERS}{user.pk}/security/{ending}"


@pytest.mark.parametrize("path", ["/admin/", "/admin/users/", USERS, TRAIL, f"{TRAIL}?q=nobody"])
def test_page_of_the_admin_is_well_made(page: Page, signed_in: People, tess: User, path: str) -> None:
    ada = signed_in("ada", mfa=True)
    check_page(page, lambda: ada.open(path), excluding=DJANGO)


@pytest.mark.parametrize("path", ["/admin/auth/group/add/", f"{USERS}{{}}/change/"])
def test_page_of_the_admin_with_a_choice_of_many_is_well_made(
    page: Page, signed_in: People, tess: User, path: str
) -> None:
    ada = signed_in("ada", mfa=True)
    # Django's script puts a pair of lists in the place of one.
    check_page(page, lambda: ada.open(path.format(tess.pk)), excluding=DJANGO, may_move=True)


@pytest.mark.parametrize(
    "ending",
    ["", "totp%7Cdev_tess_totp/remove/", "recovery-code/", "invite/", "forget-browsers/", "reset/"],
)
def test_page_of_support_is_well_made(page: Page, signed_in: People, tess: User, ending: str) -> None:
    sol = signed_in("sol", mfa=True)
    check_page(page, lambda: sol.open(security_of(tess, ending)), excluding=DJANGO)


def test_page_of_support_without_a_reason_is_well_made(
    page: Page, signed_in: People, tess: User, console: Console
) -> None:
    def give_no_reason() -> None:
        sol.open(security_of(tess, "reset/"))
        page.locator("[name=reason]").fill(" ")
        page.locator(SUBMIT).click()
        page.locator(".errornote").wait_for()

    sol = signed_in("sol", mfa=True)
    check_page(page, give_no_reason, excluding=DJANGO)
    console.expect("422")


def test_page_of_support_that_refuses_is_well_made(page: Page, signed_in: People) -> None:
    sol = signed_in("sol", mfa=True)
    himself = User.objects.get()
    check_page(page, lambda: sol.open(security_of(himself, "reset/")), excluding=DJANGO)
    check_page(page, lambda: sol.open(security_of(himself)), excluding=DJANGO)


def test_page_of_support_while_the_tenant_is_down_is_well_made(
    page: Page, tenant: Tenant, signed_in: People, tess: User
) -> None:
    tenant.fault(LIST, status=503, times=99)
    sol = signed_in("sol", mfa=True)
    check_page(page, lambda: sol.open(security_of(tess)), excluding=DJANGO)


def test_recovery_code_and_what_it_leaves_in_the_trail_are_well_made(
    page: Page, signed_in: People, tess: User
) -> None:
    def make() -> None:
        ada.open(security_of(tess, "recovery-code/"))
        page.locator("[name=reason]").fill("She called from the number on file")
        page.locator(SUBMIT).click()
        page.locator(".support-code").wait_for()

    def open_first() -> None:
        ada.open(TRAIL)
        page.locator("#result_list tbody th a").first.click()
        page.wait_for_url("**/change/")

    ada = signed_in("ada", mfa=True)
    check_page(page, make, excluding=DJANGO)
    for path in (security_of(tess), TRAIL):
        check_page(page, lambda path=path: ada.open(path), excluding=DJANGO)  # type: ignore[misc]
    check_page(page, open_first, excluding=DJANGO)
