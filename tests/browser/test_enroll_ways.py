"""Ways through adding a factor besides the straight one: waiting, leaving, by keyboard, held back."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.adding import Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import check_looks
from tests.support.tenant import Tenant

At = Callable[..., BrowserPerson]
ADDED = re.compile("is on your account")


def added(page: Page, title: str = "") -> None:
    """The page says that it is on the account."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"“{title}" if title else ADDED)
    expect(page.get_by_role("heading", level=1)).to_contain_text(ADDED)


def test_another_code_can_be_asked_for_after_a_while(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    page.clock.install()
    nia.begin("phone")
    again = page.get_by_role("button", name="Send it again")
    expect(again).to_be_disabled()
    expect(page.get_by_text(re.compile(r"another code in [12]\d seconds"))).to_be_visible()

    page.clock.run_for(31_000)

    expect(page.get_by_text("You can ask for another code now.")).to_be_visible()
    expect(again).to_be_enabled()


def test_push_denied_or_not_yet_scanned_says_so(page: Page, at_browser: At, console: Console) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("push")

    nia.press("I have scanned it")

    expect(page.get_by_role("alert").get_by_text("The app has not finished yet.")).to_be_visible()
    check_looks(page)
    console.expect("422")


def test_push_waits_less_and_less_often(page: Page, at_browser: At) -> None:
    asked: list[str] = []
    answered: list[str] = []
    nia = Adder(at_browser("nia"))
    page.on("request", lambda request: asked.append(request.url) if "/status/" in request.url else None)
    page.on("requestfinished", lambda done: answered.append(done.url) if "/status/" in done.url else None)
    page.clock.install()
    nia.begin("push")

    for _ in range(60):
        page.clock.run_for(1000)
        # Time stands still until the site has answered.
        while len(answered) < len(asked):
            page.wait_for_timeout(20)

    # Every three seconds would be twenty times.
    assert 4 <= len(asked) <= 12


def test_enrollment_is_left_and_taken_up_by_keyboard_alone(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("totp")
    tabbed_to(page, "Account security")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Not finished yet")).to_be_visible()
    check_looks(page)

    tabbed_to(page, "Go on: Authenticator app")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    tabbed_to(page, "", tag="INPUT")
    page.keyboard.type(nia.app_code())
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your new recovery code")).to_be_visible()
    tabbed_to(page, "I have saved it where I will find it")
    page.keyboard.press("Enter")
    added(page, "Authenticator app")


def tabbed_to(page: Page, name: str, *, tag: str = "") -> None:
    """Press Tab until what has the focus says this."""
    for _ in range(60):
        page.keyboard.press("Tab")
        words, at = page.evaluate(
            "(one => [one.textContent.replace(/\\s+/g, ' ').trim(), one.tagName])(document.activeElement)"
        )
        if (words == name and not tag) or (tag and at == tag):
            return
    raise AssertionError(f"Tab does not come to {name or tag!r}")


def test_held_back_step_counts_down_and_says_when_it_is_over(
    page: Page, at_browser: At, tenant: Tenant, console: Console
) -> None:
    tenant.set_settings(plan="free", rate_limits=True)
    nia = Adder(at_browser("nia"))
    page.clock.install()
    nia.begin("phone")
    nia.type_code("000000")
    expect(page.get_by_text(re.compile(r"takes the next one in \d\d seconds"))).to_be_visible()
    check_looks(page)

    page.clock.run_for(61_000)

    expect(page.get_by_role("status").get_by_text("You can go on now.")).to_be_visible()
    console.expect("422")


def test_end_that_comes_near_is_said_in_time_to_get_as_long_again(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    page.clock.install()
    nia.begin("totp")
    warning = page.get_by_role("status").get_by_text("Less than 2 minutes are left")
    expect(page.get_by_text("Time left for this: 10 minutes")).to_be_visible()
    page.clock.run_for(7 * 60_000)
    expect(warning).to_be_hidden()

    page.clock.run_for(62_000)

    expect(warning).to_be_visible()
    check_looks(page)
    nia.press("Start over with a new key")
    nia.press("Go on")
    expect(page.get_by_text("Time left for this: 10 minutes")).to_be_visible()
    expect(warning).to_be_hidden()


def test_unavailable_here_offers_the_tenants_page(
    page: Page, at_browser: At, tenant: Tenant, console: Console
) -> None:
    tenant.set_settings(my_account_active=False)
    nia = Adder(at_browser("nia"))
    nia.open("totp")
    nia.press("Go on")
    check_looks(page)

    page.get_by_role("link", name="Use the sign-in service").click()

    expect(page.get_by_role("button", name="Go there now")).to_be_visible()
    check_looks(page)
    console.expect("403")


def test_given_up_says_so_and_starts_again(page: Page, at_browser: At) -> None:
    nia = Adder(at_browser("nia"))
    nia.begin("phone")
    step = page.url
    nia.press("Cancel")
    expect(page.get_by_text("Cancelled: nothing was added.")).to_be_visible()

    page.goto(step)
    expect(page.get_by_role("heading", name="Phone: Cancelled")).to_be_visible()
    check_looks(page)
    page.get_by_role("link", name="Start again").click()
    expect(page.get_by_label("Phone number")).to_have_value("+12015550123")
