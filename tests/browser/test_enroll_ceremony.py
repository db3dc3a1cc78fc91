"""A passkey's ceremony that does not end well: each row of the table of what can happen, told on the page."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from enrollment.confirmation.passkey import WORDS
from tests.support.adding import Adder
from tests.support.browser_person import BrowserPerson
from tests.support.console import Console
from tests.support.looks import LOOKS, check_looks
from tests.support.virtual_authenticator import VirtualAuthenticator

At = Callable[..., BrowserPerson]
THROWN = [name for name in WORDS if name.endswith("Error")]
REJECT = """(name) => {
  navigator.credentials.create = () => Promise.reject(
    name === 'TypeError' ? new TypeError('x') : new DOMException('x', name));
}"""


@pytest.fixture
def tess(at_browser: At) -> Adder:
    return Adder(at_browser("tess"))


def problem(page: Page, name: str) -> Locator:
    return page.get_by_role("alert").get_by_text(str(WORDS[name]), exact=True)


@pytest.fixture
def step(page: Page, tess: Adder) -> Page:
    """The page that asks the browser, before it has."""
    tess.begin("passkey")
    return page


def test_every_exception_that_browsers_throw_is_told_and_leaves_a_way_on(step: Page, tess: Adder) -> None:
    for name in THROWN:
        step.evaluate(REJECT, name)

        tess.press("Create the passkey")

        expect(problem(step, name)).to_be_visible()
        expect(step.get_by_role("button", name="Create the passkey")).to_be_enabled()
        expect(step.get_by_role("button", name="Create the passkey")).to_be_focused()
    check_looks(step, *LOOKS)


def test_button_can_be_pressed_only_once_something_listens(page: Page, tess: Adder) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/enrollment/js/passkey*.js", hold)
    tess.begin("passkey")

    button = page.get_by_role("button", name="Create the passkey")
    expect(button).to_be_disabled()

    held[0].continue_()
    expect(button).to_be_enabled()


def test_exception_that_nobody_knows_is_told_too(step: Page, tess: Adder) -> None:
    step.evaluate(REJECT, "SomethingNewError")

    tess.press("Create the passkey")

    expect(problem(step, "other")).to_be_visible()


def test_cancelled_ceremony_is_tried_again_with_the_same_question(
    step: Page, tess: Adder, platform_authenticator: VirtualAuthenticator
) -> None:
    create = "navigator.credentials.create"
    step.evaluate(f"void (window.real = {create}.bind(navigator.credentials))")
    step.evaluate(REJECT, "NotAllowedError")
    tess.press("Create the passkey")
    expect(problem(step, "NotAllowedError")).to_be_visible()
    step.evaluate(f"void ({create} = window.real)")
    tess.tenant.exchanges()

    tess.press("Create the passkey")

    expect(step.get_by_role("heading", level=1)).to_contain_text("is on your account")
    assert len(tess.tenant.exchanges("/me/v1/")) == 1


def test_device_that_holds_a_passkey_already_is_refused_by_the_browser(
    page: Page, tess: Adder, platform_authenticator: VirtualAuthenticator
) -> None:
    tess.begin("passkey")
    tess.press("Create the passkey")
    expect(page.get_by_role("heading", level=1)).to_contain_text("is on your account")

    page.goto(f"{tess.somebody.site}/account/security/add/passkey/")
    expect(page.get_by_text("On your account already: Passkey.")).to_be_visible()
    tess.give("passkey")
    tess.press("Create the passkey")

    expect(problem(page, "InvalidStateError")).to_be_visible()
    assert len(platform_authenticator.credentials) == 1


def test_site_at_another_address_than_the_passkeys_is_refused_by_the_browser(
    step: Page, tess: Adder, platform_authenticator: VirtualAuthenticator
) -> None:
    step.evaluate(
        """() => {
          const options = document.getElementById('passkey-options');
          options.textContent = options.textContent.replace('"id": "localhost"', '"id": "example.test"');
        }"""
    )

    tess.press("Create the passkey")

    expect(problem(step, "SecurityError")).to_be_visible()


def test_person_who_is_not_recognised_by_the_device_is_told(
    step: Page, tess: Adder, platform_authenticator: VirtualAuthenticator
) -> None:
    platform_authenticator.refuse()
    step.evaluate(
        """() => {
          const options = document.getElementById('passkey-options');
          options.textContent = options.textContent.replace('"preferred"', '"required"');
        }"""
    )

    tess.press("Create the passkey")

    expect(problem(step, "NotAllowedError")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("absent", "delete window.PublicKeyCredential"),
        ("insecure", "Object.defineProperty(window, 'isSecureContext', { value: false })"),
    ],
)
def test_browser_that_cannot_is_told_before_anything_is_pressed(
    page: Page, context: BrowserContext, tess: Adder, name: str, script: str
) -> None:
    context.add_init_script(script)

    tess.begin("passkey")

    expect(problem(page, name)).to_be_visible()
    expect(page.get_by_role("button", name="Create the passkey")).to_be_disabled()
    check_looks(page)


def test_offline_before_and_after_the_ceremony_is_told_and_nothing_is_lost(
    step: Page, context: BrowserContext, tess: Adder, platform_authenticator: VirtualAuthenticator
) -> None:
    context.set_offline(True)
    tess.press("Create the passkey")
    expect(problem(step, "offline")).to_be_visible()

    context.set_offline(False)
    step.evaluate(
        """() => {
          const real = navigator.credentials.create.bind(navigator.credentials);
          navigator.credentials.create = async (options) => {
            const made = await real(options);
            Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
            return made;
          };
        }"""
    )
    tess.press("Create the passkey")
    expect(problem(step, "offline-after")).to_be_visible()

    step.evaluate("Object.defineProperty(navigator, 'onLine', { value: true, configurable: true })")
    tess.press("Create the passkey")
    expect(step.get_by_role("heading", level=1)).to_contain_text("is on your account")
    assert len(platform_authenticator.credentials) == 1


def test_passkey_that_was_held_back_is_sent_again_and_the_device_not_asked_twice(
    step: Page, tess: Adder, platform_authenticator: VirtualAuthenticator, console: Console
) -> None:
    tess.tenant.fault(
        "POST /me/v1/authentication-methods/*/verify", status=429, headers={"retry-after": "30"}, times=1
    )
    tess.press("Create the passkey")
    expect(step.get_by_text("The passkey is on your device already")).to_be_visible()
    expect(step.get_by_text("what you have done so far is kept")).to_be_visible()
    check_looks(step)
    made = platform_authenticator.credentials
    cache.clear()  # a minute later

    tess.press("Create the passkey")

    expect(step.get_by_role("heading", level=1)).to_contain_text("is on your account")
    assert [each["credentialId"] for each in platform_authenticator.credentials] == [
        each["credentialId"] for each in made
    ]
    console.expect("429")


def test_words_of_waiting_are_said_while_the_browser_asks(step: Page, tess: Adder) -> None:
    step.evaluate("void (navigator.credentials.create = () => new Promise(() => {}))")

    tess.press("Create the passkey")

    expect(step.get_by_role("status").get_by_text(str(WORDS["asking"]))).to_be_visible()
    expect(step.get_by_role("button", name="Create the passkey")).to_be_disabled()


def test_table_has_a_test_for_each_row() -> None:
    tested = {*THROWN, "other", "absent", "insecure", "offline", "offline-after", "asking"}

    # "sending" is said for the moment that a page takes to load.
    assert set(WORDS) == tested | {"sending"}
