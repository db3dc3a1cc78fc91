"""Support at a browser: what is done for somebody else in the admin, and who may not."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from enrollment.models.activity import ActivityEvent
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.tenant import Tenant
from tests.support.users import make_user, user_of

People = Callable[..., BrowserPerson]
WHY = "She called from the number on file"

REMOVE_APP = re.compile("Remove.*Phone app")


@pytest.fixture
def at_tess(tenant: Tenant, signed_in: People) -> Callable[[str], BrowserPerson]:
    """`at_tess("sol")` is Sol, before Tess's account security in the admin."""
    account = tenant["tess"]

    def make(who: str) -> BrowserPerson:
        user = make_user(account.sub, username=account.sub, email=account.email)
        staff = signed_in(who, mfa=True)
        staff.open(f"/admin/users/user/{user.pk}/security/")
        return staff

    return make


def do(page: Page, link: str | re.Pattern[str], button: str) -> None:
    """Follow a link of the page, give a reason, and confirm."""
    page.get_by_role("link", name=link).click()
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name=button).click()


def test_support_makes_a_recovery_code_and_sees_it_once(
    page: Page, tenant: Tenant, at_tess: Callable[[str], BrowserPerson]
) -> None:
    at_tess("sol")
    do(page, "Make a recovery code", "Make a new code and show it once")
    code = str(tenant.user(tenant["tess"])["recovery_code"])
    expect(page.get_by_text(code)).to_be_visible()
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    assert code not in page.content()


def test_support_sends_a_link_that_it_does_not_see(
    page: Page, tenant: Tenant, at_tess: Callable[[str], BrowserPerson]
) -> None:
    at_tess("sol")
    do(page, "Send a link to add a factor", "Send it")
    expect(page.get_by_text("A link is on its way to tess@example.test")).to_be_visible()
    assert [message["to"] for message in tenant.messages()] == ["tess@example.test"]
    assert "ticket" not in page.content()


def test_support_removes_all_second_factors_and_lets_the_person_start_anew(
    page: Page, tenant: Tenant, at_tess: Callable[[str], BrowserPerson]
) -> None:
    at_tess("sol")
    page.get_by_role("link", name="Remove all second factors").click()
    page.get_by_label("Mail a link to add a new factor first").check()
    page.get_by_label("Reason").fill(WHY)
    page.get_by_role("button", name="Remove them all").click()
    expect(page.get_by_text("A link to add a new one is on its way")).to_be_visible()
    kinds = {method["type"] for method in tenant.user(tenant["tess"])["methods"] if method["confirmed"]}
    assert not kinds & {"totp", "phone"}


def test_support_reads_who_did_what_in_the_trail(page: Page, at_tess: Callable[[str], BrowserPerson]) -> None:
    ada = at_tess("ada")
    do(page, REMOVE_APP, "Remove it")
    expect(page).to_have_url(re.compile("/security/$"))
    ada.open("/admin/enrollment/activityevent/?q=tess")
    expect(page.get_by_role("row").filter(has_text=WHY)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Add "))).to_have_count(0)


def test_support_without_a_reason_does_nothing_and_is_shown_where_it_is_missing(
    page: Page, tenant: Tenant, console: Console, at_tess: Callable[[str], BrowserPerson]
) -> None:
    at_tess("sol")
    page.get_by_role("link", name=REMOVE_APP).click()
    reason = page.get_by_label("Reason")
    reason.fill(" ")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(reason).to_have_attribute("aria-invalid", "true")
    assert "This field is required" in reason.evaluate(DESCRIBED)
    assert "totp" in {method["type"] for method in tenant.user(tenant["tess"])["methods"]}
    assert not ActivityEvent.objects.exists()
    console.expect("422")


DESCRIBED = """field => (field.getAttribute('aria-describedby') ?? '').split(/\\s+/)
    .map(id => document.getElementById(id)?.textContent ?? '').join(' ')"""


def test_staff_without_the_right_to_support_are_refused(
    page: Page, tenant: Tenant, console: Console, at_tess: Callable[[str], BrowserPerson]
) -> None:
    sol = at_tess("sol")
    user_of(tenant["sol"].sub).groups.clear()
    sol.open(page.url.removeprefix(sol.site))
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not open this page")
    console.expect("403")
