"""First enrollment, when a second factor is demanded and the person has none; and who may not enroll here."""

import re
from collections.abc import Callable

import pyotp
import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Tenant

Asked = Callable[[str], SecondFactor]
NUMBER = "+15555550142"


@pytest.fixture
def nia(asked: Asked, everybody_asked: None) -> SecondFactor:
    return asked("nia").sign_in()


def kinds(who: SecondFactor) -> list[str]:
    return [m["type"] for m in who.tenant.user(who.account)["methods"] if m["confirmed"]]


def manual_key(who: SecondFactor) -> str:
    found = re.search(r'id="manual-key">([^<]+)<', who.page.html)
    assert found
    return found[1].replace(" ", "")


def test_person_with_nothing_is_asked_to_set_something_up(nia: SecondFactor) -> None:
    assert nia.page.path == "/u/mfa/enroll"
    offered = {link.rpartition("/")[2].partition("?")[0] for link in nia.page.links if "/enroll/" in link}
    assert offered == {
        *("webauthn-platform", "webauthn-roaming", "push-notification", "otp"),
        *("sms", "voice", "email"),
    }


def test_authenticator_app_is_enrolled_by_its_key(nia: SecondFactor) -> None:
    nia.use("otp")
    assert "<svg" in nia.page.html
    nia.type(pyotp.TOTP(manual_key(nia)).now())
    nia.save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]
    assert kinds(nia) == ["totp", "recovery-code"]


def test_enrolled_app_answers_the_next_challenge(nia: SecondFactor) -> None:
    nia.use("otp")
    key = manual_key(nia)
    nia.type(pyotp.TOTP(key).now()).save_recovery_code()
    nia.tenant.clock(60)
    nia.sign_in()
    assert nia.factor == "otp"


def test_wrong_code_enrolls_nothing(nia: SecondFactor) -> None:
    nia.use("otp").type("000000")
    assert nia.page.status == 400
    assert kinds(nia) == []


def test_reload_keeps_the_key(nia: SecondFactor) -> None:
    key = manual_key(nia.use("otp"))
    assert manual_key(nia.reload()) == key


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_phone_is_enrolled_with_a_code(nia: SecondFactor, channel: str) -> None:
    nia.use(channel).fill("start", to="+1 (555) 555-0142")
    assert nia.tenant.messages(NUMBER)[-1]["channel"] == channel
    nia.type(nia.texts(channel)[-1]).save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]
    phone = nia.tenant.user(nia.account)["methods"][0]
    assert (phone["phone_number"], phone["preferred_authentication_method"]) == (NUMBER, channel)


def test_phone_enrolled_by_sms_can_be_called(nia: SecondFactor) -> None:
    nia.use("sms").fill("start", to=NUMBER)
    nia.type(nia.texts("sms")[-1]).save_recovery_code()
    assert {"sms", "voice"} <= set(nia.sign_in().offered())


@pytest.mark.parametrize("number", ["5555550142", "hello", "+1"])
def test_number_that_cannot_be_called_is_refused(nia: SecondFactor, number: str) -> None:
    nia.use("sms").fill("start", to=number)
    assert nia.page.status == 400
    assert "country code" in nia.problem
    assert nia.texts("sms") == []


def test_number_can_be_changed_before_the_code_is_typed(nia: SecondFactor) -> None:
    nia.use("sms").fill("start", to="+15555550199").fill("restart").fill("start", to=NUMBER)
    nia.type(nia.texts("sms")[-1]).save_recovery_code()
    assert nia.tenant.user(nia.account)["methods"][-2]["phone_number"] == NUMBER


def test_code_can_be_sent_again_after_the_cool_down(nia: SecondFactor) -> None:
    nia.use("sms").fill("start", to=NUMBER)
    assert nia.fill("Send another code").page.status == 429
    nia.tenant.clock(31)
    nia.fill("Send another code").type(nia.texts("sms")[-1])
    assert nia.page.path == "/u/mfa/recovery-code"


def test_address_is_enrolled_with_a_code(nia: SecondFactor) -> None:
    nia.use("email").fill("start", to="nia.other@example.test")
    nia.type(nia.texts("email")[-1]).save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]
    assert kinds(nia) == ["email", "recovery-code"]


def test_push_is_enrolled_by_scanning_and_brings_a_linked_totp(nia: SecondFactor) -> None:
    nia.use("push-notification")
    assert "Not scanned" in nia.go_on().problem
    (waiting,) = nia.tenant.phone()["enrollments"]
    assert waiting["user"] == nia.account.email
    nia.tenant.control(f"push/{waiting['method_id']}/scan", {})
    nia.go_on().save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]
    assert kinds(nia) == ["push", "totp", "recovery-code"]
    push, twin, _ = nia.tenant.user(nia.account)["methods"]
    assert push["link_id"] == twin["link_id"] is not None


def test_push_code_runs_out_after_five_minutes(nia: SecondFactor) -> None:
    nia.use("push-notification")
    nia.tenant.clock(301)
    assert nia.tenant.phone()["enrollments"] == []


@pytest.mark.parametrize("kind", ["webauthn-roaming", "webauthn-platform"])
def test_key_is_enrolled_by_its_ceremony(nia: SecondFactor, kind: str) -> None:
    nia.use(kind).touch(SoftAuthenticator(nia.tenant.base_url), name="My key")
    nia.save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]
    key = nia.tenant.user(nia.account)["methods"][0]
    assert (key["type"], key["name"], key["relying_party_identifier"]) == (kind, "My key", "localhost")


def test_recovery_code_comes_only_where_the_tenant_has_it_on(nia: SecondFactor) -> None:
    nia.tenant.set_settings(factors={"recovery-code": False})
    nia.use("otp").type(pyotp.TOTP(manual_key(nia)).now())
    assert nia.answer["code"]


@pytest.mark.usefixtures("everybody_asked")
def test_single_kind_needs_no_choice(asked: Asked, tenant: Tenant) -> None:
    off = dict.fromkeys(tenant.read("settings")["factors"], False)
    tenant.set_settings(factors=off | {"otp": True})
    assert asked("nia").sign_in().page.path == "/u/mfa/enroll/otp"


@pytest.mark.usefixtures("everybody_asked")
def test_dependent_kinds_alone_are_not_offered(asked: Asked, tenant: Tenant) -> None:
    off = dict.fromkeys(tenant.read("settings")["factors"], False)
    tenant.set_settings(factors=off | {"email": True, "webauthn-platform": True})
    nia = asked("nia").sign_in()
    assert "does not offer" in nia.problem


def test_enrollment_can_be_cancelled(nia: SecondFactor) -> None:
    assert nia.use("otp").fill("cancel").answer["error"] == "access_denied"


def test_person_with_a_factor_cannot_enroll_on_a_password_alone(asked: Asked) -> None:
    tess = asked("tess").sign_in()
    query = tess.page.url.partition("?")[2]
    assert tess.open(f"/u/mfa/enroll/sms?{query}").page.path.startswith("/u/mfa/challenge/")
    form = tess.page.form("code")
    form.action = f"{tess.tenant.base_url}/u/mfa/enroll/sms?{query}"
    form.types["to"], form.types["start"] = "tel", "hidden"
    form.fields.update(to=NUMBER, start="1")
    tess.shown = tess.browser.submit(form)
    assert tess.page.path.startswith("/u/mfa/challenge/")
    assert tess.tenant.messages(NUMBER) == []


def test_enrollment_is_logged(nia: SecondFactor, apis: TenantApis) -> None:
    nia.use("otp").type(pyotp.TOTP(manual_key(nia)).now())
    logged = {str(entry.type) for entry in apis.management().users.logs.list(nia.account.sub)}
    assert {"gd_start_enroll", "gd_enrollment_complete"} <= logged


def test_abandoned_enrollment_is_listed_as_unconfirmed(nia: SecondFactor, apis: TenantApis) -> None:
    nia.use("otp")
    listed = apis.management().users.authentication_methods.list(nia.account.sub)
    assert [m.confirmed for m in listed if m.type == "totp"] == [False]
