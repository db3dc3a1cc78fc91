"""The hosted enrollment page behind a Guardian ticket."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pyotp
import pytest
from auth0.management import Auth0

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.softauthn import SoftAuthenticator

Asked = Callable[[str], SecondFactor]
DAY = 86400


@pytest.fixture
def api(apis: TenantApis) -> Auth0:
    return apis.management()


@pytest.fixture
def nia(asked: Asked) -> SecondFactor:
    """Somebody with no factor, who has not signed in."""
    return asked("nia")


def ticket(api: Auth0, who: SecondFactor, **wanted: object) -> str:
    made = api.guardian.enrollments.create_ticket(user_id=who.account.sub, **wanted)
    assert made.ticket_url
    return str(made.ticket_url)


def confirmed(who: SecondFactor) -> list[str]:
    return [m["type"] for m in who.tenant.user(who.account)["methods"] if m["confirmed"]]


def enroll_app(who: SecondFactor) -> SecondFactor:
    found = re.search(r'id="manual-key">([^<]+)<', who.page.html)
    assert found
    return who.type(pyotp.TOTP(found[1].replace(" ", "")).now())


def offered(who: SecondFactor) -> set[str]:
    return {urlsplit(link).path.rpartition("/")[2] for link in who.page.links if "/enroll/" in link}


def test_ticket_enrolls_without_a_sign_in_and_ends_on_a_page(api: Auth0, nia: SecondFactor) -> None:
    nia.open(ticket(api, nia)).use("otp")
    enroll_app(nia).save_recovery_code()
    assert nia.page.path == "/guardian/enrolled"
    assert "All set" in nia.page.html
    assert confirmed(nia) == ["totp", "recovery-code"]


def test_ticket_signs_nobody_in(api: Auth0, nia: SecondFactor) -> None:
    enroll_app(nia.open(ticket(api, nia, factor="otp"))).save_recovery_code()
    assert nia.browser.http.cookies.get_dict() == {}


@pytest.mark.parametrize(
    ("factor", "kinds"),
    [
        ("otp", {"otp"}),
        ("phone", {"sms", "voice"}),
        ("email", {"email"}),
        ("push-notification", {"push-notification"}),
        ("webauthn-roaming", {"webauthn-roaming"}),
        ("webauthn-platform", {"webauthn-platform"}),
    ],
)
def test_ticket_for_one_factor_offers_no_other(
    api: Auth0, nia: SecondFactor, factor: str, kinds: set[str]
) -> None:
    nia.open(ticket(api, nia, factor=factor))
    shown = offered(nia) or {nia.page.path.rpartition("/")[2]}
    assert shown == kinds
    others = {"otp", "sms"} - kinds
    query = nia.page.url.partition("?")[2]
    for other in others:
        assert not nia.open(f"/u/mfa/enroll/{other}?{query}").page.path.endswith(f"/{other}")


def test_ticket_enrolls_a_phone(api: Auth0, nia: SecondFactor) -> None:
    nia.open(ticket(api, nia, factor="phone")).use("sms").fill("start", to="+15555550142")
    nia.type(nia.texts("sms")[-1]).save_recovery_code()
    assert confirmed(nia) == ["phone", "recovery-code"]


def test_ticket_enrolls_an_address(api: Auth0, nia: SecondFactor) -> None:
    nia.open(ticket(api, nia, factor="email")).fill("start", to="nia.other@example.test")
    nia.type(nia.texts("email")[-1]).save_recovery_code()
    assert confirmed(nia) == ["email", "recovery-code"]


def test_ticket_enrolls_push(api: Auth0, nia: SecondFactor) -> None:
    nia.open(ticket(api, nia, factor="push-notification"))
    method_id = nia.tenant.phone()["enrollments"][0]["method_id"]
    nia.tenant.control(f"push/{method_id}/scan", {})
    nia.go_on().save_recovery_code()
    assert confirmed(nia) == ["push", "totp", "recovery-code"]


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform"])
def test_ticket_enrolls_a_key(api: Auth0, nia: SecondFactor, kind: str) -> None:
    nia.open(ticket(api, nia, factor=kind)).touch(SoftAuthenticator(nia.tenant.base_url))
    nia.save_recovery_code()
    assert confirmed(nia) == [kind, "recovery-code"]


def test_ticket_is_good_once(api: Auth0, nia: SecondFactor, asked: Asked) -> None:
    url = ticket(api, nia, factor="otp")
    enroll_app(nia.open(url)).save_recovery_code()
    again = asked("nia").open(url)
    assert again.page.status == 404
    assert "used already" in again.problem
    query = again.page.url.partition("?")[2]
    assert again.open(f"/u/mfa/enroll/otp?{query}").page.path == "/guardian/enrolled"
    assert confirmed(nia) == ["totp", "recovery-code"]


def test_two_browsers_with_one_ticket_enroll_one_method(api: Auth0, nia: SecondFactor, asked: Asked) -> None:
    url = ticket(api, nia)
    nia.open(url).use("sms").fill("start", to="+15555550142")
    code, other = nia.texts("sms")[-1], asked("nia").open(url).use("sms")
    nia.type(code)
    other.type(code)
    assert confirmed(nia) == ["phone", "recovery-code"]


def test_ticket_runs_out_after_five_days(api: Auth0, nia: SecondFactor) -> None:
    url = ticket(api, nia)
    nia.tenant.clock(5 * DAY - 60)
    assert nia.open(url).page.status == 200
    nia.tenant.clock(5 * DAY + 60)
    assert nia.open(url).page.status == 404
    assert "run out" in nia.problem


def test_unknown_ticket_is_said(nia: SecondFactor) -> None:
    assert nia.open("/guardian/enroll?ticket=gten_guess").page.status == 404
    assert "not known" in nia.problem


def test_ticket_for_a_first_factor_does_not_add_a_second(api: Auth0, asked: Asked) -> None:
    tess = asked("tess")
    assert "set up on this account already" in tess.open(ticket(api, tess)).problem


def test_ticket_that_allows_more_adds_a_factor_and_keeps_the_recovery_code(api: Auth0, asked: Asked) -> None:
    tess = asked("tess")
    url = ticket(api, tess, factor="webauthn-roaming", allow_multiple_enrollments=True)
    tess.open(url).touch(SoftAuthenticator(tess.tenant.base_url))
    assert tess.page.path == "/guardian/enrolled"
    assert confirmed(tess) == ["totp", "phone", "recovery-code", "webauthn-roaming"]
    assert tess.tenant.user(tess.account)["recovery_code"] == "DEMORECOVERYCODEFORTESS2"


def test_number_that_is_set_up_already_is_refused(api: Auth0, asked: Asked) -> None:
    tess = asked("tess")
    tess.open(ticket(api, tess, factor="phone", allow_multiple_enrollments=True)).use("voice")
    tess.fill("start", to="+1 555 555 0123")
    assert "already" in tess.problem
    assert tess.texts("voice") == []


def test_ticket_for_a_factor_that_is_off_says_so(api: Auth0, nia: SecondFactor) -> None:
    nia.tenant.set_settings(factors={"otp": False})
    assert "does not offer" in nia.open(ticket(api, nia, factor="otp")).problem


def test_ticket_by_mail_arrives_with_a_link_that_works(api: Auth0, nia: SecondFactor) -> None:
    ticket(api, nia, send_mail=True)
    (mail,) = nia.tenant.messages(nia.account.email)
    assert mail["channel"] == "email"
    link = re.search(r"http\S+", mail["text"])
    assert link
    assert nia.open(link[0]).page.path == "/u/mfa/enroll"


def test_ticket_pages_show_no_way_to_cancel_into_an_application(api: Auth0, nia: SecondFactor) -> None:
    assert "Cancel" not in nia.open(ticket(api, nia)).page.html
