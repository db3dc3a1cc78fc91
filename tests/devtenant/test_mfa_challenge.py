"""The challenge pages: what is offered, what passes, what is refused, and what is left behind."""

import time
from collections.abc import Callable

import pyotp
import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import PAPE_MFA, SecondFactor
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

Asked = Callable[[str], SecondFactor]


def log_types(apis: TenantApis, who: SecondFactor) -> list[str]:
    return [str(entry.type) for entry in apis.management().users.logs.list(who.account.sub)]


def secret_of(who: SecondFactor) -> str:
    return next(str(m["secret"]) for m in who.tenant.user(who.account)["methods"] if m["type"] == "totp")


def test_challenge_passed_puts_mfa_into_the_id_token_and_the_log(asked: Asked, apis: TenantApis) -> None:
    tess = asked("tess").sign_in()
    assert tess.factor == "otp"
    tess.type(tess.tenant.code_for(tess.account))
    claims = tess.claims
    assert claims["amr"] == ["mfa"]
    assert claims["acr"] == PAPE_MFA
    assert {"gd_start_auth", "gd_auth_succeed"} <= set(log_types(apis, tess))


def test_challenge_passed_is_noted_on_method_and_session(asked: Asked) -> None:
    tess = asked("tess").sign_in()
    tess.type(tess.tenant.code_for(tess.account))
    methods = {m["type"]: m for m in tess.tenant.user(tess.account)["methods"]}
    assert methods["totp"]["last_auth_at"] == pytest.approx(time.time(), abs=60)
    assert methods["phone"]["last_auth_at"] is None


def test_other_methods_are_all_offered_and_the_spare_ones_last(asked: Asked) -> None:
    assert asked("tess").sign_in().offered() == ["otp", "sms", "voice", "email", "recovery-code"]


def test_most_recently_used_method_comes_first(asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms")
    tess.type(tess.texts("sms")[-1])
    assert tess.answer["code"]
    assert tess.sign_in().factor == "sms"


@pytest.mark.parametrize("channel", ["sms", "voice", "email"])
def test_sent_code_passes_once(asked: Asked, channel: str) -> None:
    tess = asked("tess").sign_in().use(channel)
    code = tess.texts(channel)[-1]
    assert len(code) == 6
    assert tess.type(code).claims["amr"] == ["mfa"]
    tess.sign_in().use(channel).type(code)
    assert tess.page.status == 400
    assert "not right" in tess.problem


def test_sent_code_is_masked_on_the_page(asked: Asked) -> None:
    page = asked("tess").sign_in().use("sms").page
    assert "0123" in page.html
    assert "+1555" not in page.html


def test_wrong_code_is_said_and_logged(asked: Asked, apis: TenantApis) -> None:
    tess = asked("tess").sign_in().type("000000")
    assert (tess.page.status, tess.factor) == (400, "otp")
    assert "not right" in tess.problem
    assert "gd_auth_failed" in log_types(apis, tess)


def test_totp_code_is_good_for_one_sign_in(asked: Asked) -> None:
    first, second = asked("tess").sign_in(), asked("tess").sign_in()
    code = first.tenant.code_for(first.account)
    assert first.type(code).answer["code"]
    assert second.type(code).page.status == 400


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_totp_accepts_one_step_of_drift(asked: Asked, steps: int, accepted: bool) -> None:
    tess = asked("tess").sign_in()
    # Early in a step, so that none ends between making the code and checking it.
    into = time.time() % 30
    tess.tenant.clock(2 - into)
    now = time.time() + 2 - into
    tess.type(pyotp.TOTP(secret_of(tess)).at(int(now) + 30 * steps))
    assert isinstance(tess.shown, Returned) is accepted


def test_sent_code_runs_out_after_five_minutes(asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms")
    tess.tenant.clock(301)
    assert tess.type(tess.texts("sms")[-1]).page.status == 400


def test_reload_sends_no_second_code(asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms").reload().reload()
    assert len(tess.texts("sms")) == 1


def test_resend_waits_for_the_cool_down_and_then_replaces_the_code(asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms").fill("resend")
    assert tess.page.status == 429
    assert "Wait" in tess.problem
    tess.tenant.clock(31)
    tess.fill("resend")
    old, new = tess.texts("sms")
    if old != new:
        assert tess.type(old).page.status == 400
    assert tess.type(new).answer["code"]


def test_ten_wrong_codes_lock_even_the_right_one_until_time_passes(asked: Asked, apis: TenantApis) -> None:
    tess = asked("tess").sign_in().use("sms")
    for _ in range(10):
        assert tess.type("nothex").page.status == 400
    assert tess.type(tess.texts("sms")[-1]).page.status == 429
    assert "Too many" in tess.problem
    assert "gd_otp_rate_limit_exceed" in log_types(apis, tess)
    tess.tenant.clock(361)
    tess.fill("resend").type(tess.texts("sms")[-1])
    assert tess.answer["code"]


def test_wrong_codes_of_one_person_lock_nobody_else(asked: Asked) -> None:
    tess, ada = asked("tess").sign_in(), asked("ada").sign_in()
    for _ in range(11):
        tess.type("000000")
    assert tess.page.status == 429
    assert ada.type(ada.tenant.code_for(ada.account)).answer["code"]


def test_cancel_goes_back_with_access_denied_and_no_code(asked: Asked) -> None:
    answer = asked("tess").sign_in().fill("cancel").answer
    assert answer["error"] == "access_denied"
    assert "cancelled" in answer["error_description"]
    assert "code" not in answer


def test_factor_that_is_off_is_not_offered(asked: Asked, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False, "email": False}, phone_message_types=["sms"])
    assert asked("tess").sign_in().offered() == ["sms", "recovery-code"]


def test_unverified_address_is_not_offered(asked: Asked, tenant: Tenant) -> None:
    tenant.control("users", {"sub": tenant["tess"].sub, "email_verified": False})
    assert "email" not in asked("tess").sign_in().offered()


@pytest.mark.usefixtures("everybody_asked")
def test_person_with_an_address_alone_is_not_challenged_by_e_mail(asked: Asked) -> None:
    assert asked("nia").sign_in().page.path == "/u/mfa/enroll"


@pytest.mark.usefixtures("everybody_asked")
def test_recovery_code_alone_is_no_second_factor(asked: Asked, tenant: Tenant) -> None:
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": [{"type": "recovery-code"}]})
    assert asked("nia").sign_in().page.path == "/u/mfa/enroll"


@pytest.mark.parametrize(
    "factors",
    [
        [],
        [{"type": "recovery-code"}],
        [{"type": "email", "email": "nia.other@example.test"}],
        [{"type": "webauthn-platform"}],
        [{"type": "passkey"}],
        [{"type": "totp", "confirmed": False}],
    ],
)
def test_step_up_without_a_factor_that_stands_alone_asks_and_enrolls_nothing(
    asked: Asked, tenant: Tenant, factors: list[dict[str, object]]
) -> None:
    tenant.add_user(sub=tenant["nia"].sub, factors=factors)
    assert "amr" not in asked("nia").sign_in().claims


@pytest.mark.parametrize(
    "factor",
    [
        {"type": "totp"},
        {"type": "push"},
        {"type": "phone", "phone_number": "+15555550142"},
        {"type": "webauthn-roaming"},
    ],
)
def test_step_up_asks_for_a_factor_that_stands_alone(
    asked: Asked, tenant: Tenant, factor: dict[str, object]
) -> None:
    tenant.add_user(sub=tenant["nia"].sub, factors=[factor])
    assert asked("nia").sign_in().page.path.startswith("/u/mfa/challenge/")


@pytest.mark.usefixtures("everybody_asked")
def test_unconfirmed_method_is_not_offered(asked: Asked, tenant: Tenant) -> None:
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": [{"type": "totp", "confirmed": False}]})
    assert asked("nia").sign_in().page.path == "/u/mfa/enroll"


def test_somebody_elses_method_in_the_address_leads_to_ones_own(asked: Asked) -> None:
    ada = asked("ada").sign_in()
    query = ada.page.url.partition("?")[2]
    assert ada.open(f"/u/mfa/challenge/sms:phone%7Cdev_tess_phone?{query}").factor == "otp"
    assert ada.texts("sms") == []


def test_page_of_another_browser_does_not_open(asked: Asked) -> None:
    tess = asked("tess").sign_in()
    page = TenantBrowser(tess.tenant.base_url).open(tess.page.url)
    assert isinstance(page, Page)
    assert page.status == 400


def test_page_before_the_password_does_not_open(asked: Asked) -> None:
    tess = asked("tess")
    page = tess.browser.open(tess.application.authorize_url(acr_values=PAPE_MFA))
    assert isinstance(page, Page)
    assert tess.open(page.url.replace("/u/login", "/u/mfa/challenge")).page.status == 400


def test_sign_in_without_a_demand_is_not_challenged_and_has_no_amr(asked: Asked) -> None:
    claims = asked("tess").sign_in(acr_values=None).claims
    assert "amr" not in claims
    assert "acr" not in claims


def test_acr_values_without_the_action_ask_nothing(asked: Asked, tenant: Tenant) -> None:
    tenant.bind()
    assert "amr" not in asked("tess").sign_in().claims


def test_live_session_is_asked_for_the_second_factor_alone_at_each_step_up(asked: Asked) -> None:
    tess = asked("tess").sign_in()
    tess.type(tess.tenant.code_for(tess.account))
    assert tess.sign_in().factor == "otp"
    assert "amr" not in tess.sign_in(acr_values=None).claims


def test_silent_step_up_is_refused(asked: Asked) -> None:
    tess = asked("tess").sign_in(acr_values=None)
    assert tess.sign_in(prompt="none").answer["error"] == "interaction_required"


def test_audience_of_the_mfa_api_always_asks(asked: Asked, tenant: Tenant) -> None:
    audience = f"{tenant.base_url}/mfa/"
    assert asked("tess").sign_in(acr_values=None, audience=audience).factor == "otp"
    assert asked("nia").sign_in(acr_values=None, audience=audience).answer["code"]


def test_default_policy_asks_for_my_account_unless_proved_within_15_minutes(
    asked: Asked, tenant: Tenant
) -> None:
    tenant.set_settings(default_policy=True)
    tess, audience = asked("tess"), f"{tenant.base_url}/me/"
    tess.sign_in(acr_values=None, audience=audience).type(tenant.code_for(tess.account))
    assert tess.answer["code"]
    assert tess.sign_in(acr_values=None, audience=audience).answer["code"]
    tenant.clock(16 * 60)
    assert tess.sign_in(acr_values=None, audience=audience).factor == "otp"


def test_policy_asks_at_a_login_and_not_at_single_sign_on_with_proof(asked: Asked, tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account))
    assert tess.answer["code"]
    assert tess.sign_in(acr_values=None).answer["code"]
    assert tess.sign_in(acr_values=None, prompt="login").factor == "otp"
