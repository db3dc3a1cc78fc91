"""The walks of `make screenshots` through adding factors, each with an account of its own."""

from collections.abc import Callable

from tests.support.adding import Adder
from tests.support.virtual_authenticator import VirtualAuthenticator
from tools.camera import Camera, People, newcomer_named

Walk = Callable[[Camera, People], None]
CODE = "DEMORECOVERYCODEFORFEMI2"


def _adder(at: People, name: str, *factors: dict[str, str]) -> Adder:
    return Adder(newcomer_named(at, name, *factors))


def app(camera: Camera, at: People) -> None:
    """An authenticator app, its wrong code, the recovery code that goes with the first factor."""
    nia = _adder(at, "Aino")
    nia.begin("totp")
    camera.take("add-app")
    nia.type_code("000 000")
    camera.take("add-app-wrong-code")
    nia.somebody.open("/account/security/")
    camera.take("security-unfinished")
    nia.page.get_by_role("link", name="Go on").click()
    nia.type_code(nia.app_code())
    nia.page.get_by_role("button", name="I have saved it").wait_for()
    camera.take("add-recovery-code")
    nia.press("I have saved it")
    camera.take("added-app")


def phone(camera: Camera, at: People) -> None:
    """A phone, and what is advised after it."""
    nia = _adder(at, "Bela")
    nia.open("phone")
    camera.take("add-phone")
    nia.give("phone")
    camera.take("add-phone-code")
    nia.type_code(nia.sent_code())
    nia.press("I have saved it")
    camera.take("added-phone")


def held(camera: Camera, at: People) -> None:
    """A step too many for the limit of the free plan, and an enrollment given up."""
    nia = _adder(at, "Cleo")
    nia.tenant.set_settings(plan="free", rate_limits=True)
    nia.open("email")
    camera.take("add-email")
    nia.give("email")
    nia.type_code("000000")
    camera.take("add-held-back")
    step = nia.page.url
    nia.press("Cancel")
    nia.page.goto(step)
    camera.take("add-cancelled")
    nia.tenant.set_settings(plan="paid", rate_limits=False)


def push(camera: Camera, at: People) -> None:
    """Push notifications: waiting for the phone."""
    nia = _adder(at, "Dario")
    nia.begin("push")
    camera.take("add-push")


def passkey(camera: Camera, at: People) -> None:
    """A passkey, and a ceremony that was cancelled before."""
    tess = _adder(at, "Femi", {"type": "totp", "name": "Phone app"}, {"type": "recovery-code", "code": CODE})
    VirtualAuthenticator.platform(tess.page)
    tess.begin("passkey")
    camera.take("add-passkey")
    create = "navigator.credentials.create"
    tess.page.evaluate(f"void (window.real = {create}.bind(navigator.credentials))")
    tess.page.evaluate(f"void ({create} = () => Promise.reject(new DOMException('', 'NotAllowedError')))")
    tess.press("Create the passkey")
    camera.take("add-passkey-cancelled")
    tess.page.evaluate(f"void ({create} = window.real)")
    tess.press("Create the passkey")
    tess.page.get_by_role("link", name="Give it another name").wait_for()
    camera.take("added-passkey")


def elsewhere(camera: Camera, at: People) -> None:
    """What takes the tenant's own page: by its nature, or since the site is not let in."""
    nia = _adder(at, "Elin")
    nia.open("webauthn-roaming")
    camera.take("add-by-link")
    nia.tenant.set_settings(my_account_active=False)
    nia.somebody.open("/account/security/add/totp/")
    nia.go_through_step_up()
    nia.press("Go on")
    camera.take("add-unavailable")
    nia.tenant.set_settings(my_account_active=True)


WALKS: tuple[Walk, ...] = (app, phone, held, push, passkey, elsewhere)
