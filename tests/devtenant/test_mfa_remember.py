"""Remembered browsers: they skip the policy's challenge, never a demanded one, and can be forgotten."""

from collections.abc import Callable

import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.tenant import Tenant

Asked = Callable[[str], SecondFactor]
DAY = 86400


@pytest.fixture(autouse=True)
def _policy(tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])


def log_in(who: SecondFactor) -> SecondFactor:
    """A login by password, with nothing demanded but by the policy."""
    return who.sign_in(acr_values=None, prompt="login")


@pytest.fixture
def remembered(asked: Asked) -> SecondFactor:
    tess = log_in(asked("tess"))
    tess.type(tess.tenant.code_for(tess.account), remember="on")
    assert tess.claims["amr"] == ["mfa"]
    return tess


def test_remembered_browser_is_not_challenged_and_has_no_amr(remembered: SecondFactor) -> None:
    assert "amr" not in log_in(remembered).claims


def test_browser_that_did_not_tick_the_box_is_challenged(asked: Asked) -> None:
    tess = log_in(asked("tess"))
    tess.type(tess.tenant.code_for(tess.account))
    assert log_in(tess).factor == "otp"


def test_step_up_challenges_a_remembered_browser_and_offers_no_box(remembered: SecondFactor) -> None:
    remembered.sign_in(prompt="login")
    assert remembered.factor == "otp"
    assert 'name="remember"' not in remembered.page.html


def test_box_ticked_by_hand_at_a_step_up_remembers_nothing(asked: Asked) -> None:
    tess = asked("tess").sign_in()
    form = tess.page.form("code")
    form.types["remember"] = "checkbox"
    code = tess.tenant.code_for(tess.account)
    tess.shown = tess.browser.submit(form, code=code, remember="on")
    assert tess.answer["code"]
    assert log_in(tess).factor == "otp"


def test_tenant_that_forbids_it_offers_no_box(asked: Asked, tenant: Tenant) -> None:
    tenant.set_settings(allow_remember_browser=False)
    assert 'name="remember"' not in log_in(asked("tess")).page.html


def test_remembered_browser_is_forgotten_through_the_management_api(
    remembered: SecondFactor, apis: TenantApis
) -> None:
    apis.management().users.multifactor.invalidate_remember_browser(remembered.account.sub)
    assert log_in(remembered).factor == "otp"


def test_remembered_browser_of_one_person_is_not_anothers(remembered: SecondFactor, asked: Asked) -> None:
    ada = asked("ada")
    ada.browser = remembered.browser
    assert log_in(ada).factor == "otp"


def test_another_browser_of_the_person_is_challenged(remembered: SecondFactor, asked: Asked) -> None:
    assert log_in(asked("tess")).factor == "otp"


def test_remembered_browser_lapses_after_a_week_without_use(remembered: SecondFactor) -> None:
    remembered.tenant.clock(7 * DAY + 60)
    assert log_in(remembered).factor == "otp"


def test_remembered_browser_lapses_after_thirty_days_however_used(remembered: SecondFactor) -> None:
    for day in (6, 12, 18, 24, 29):
        remembered.tenant.clock(day * DAY)
        assert log_in(remembered).answer["code"]
    remembered.tenant.clock(30 * DAY + 60)
    assert log_in(remembered).factor == "otp"
