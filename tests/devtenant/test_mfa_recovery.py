"""The recovery code: good once, replaced, shown until it is said to be saved."""

from collections.abc import Callable

import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.tenant_pages import Page

Asked = Callable[[str], SecondFactor]
CODE = "DEMORECOVERYCODEFORTESS2"


@pytest.fixture
def tess(asked: Asked) -> SecondFactor:
    return asked("tess").sign_in().use("recovery-code")


def test_recovery_code_passes_and_is_replaced(tess: SecondFactor) -> None:
    assert tess.type(CODE).page.path == "/u/mfa/recovery-code"
    fresh = tess.save_recovery_code()
    assert tess.claims["amr"] == ["mfa"]
    assert len(fresh) == 24
    assert fresh != CODE
    assert tess.tenant.user(tess.account)["recovery_code"] == fresh


def test_recovery_code_is_good_once_and_the_new_one_after_it(tess: SecondFactor) -> None:
    fresh = tess.type(CODE).save_recovery_code()
    tess.sign_in().use("recovery-code").type(CODE)
    assert tess.page.status == 400
    tess.type(fresh).save_recovery_code()
    assert tess.answer["code"]


def test_recovery_code_is_read_with_blanks_and_in_any_case(tess: SecondFactor) -> None:
    assert tess.type("demo recovery-code fortess2").page.path == "/u/mfa/recovery-code"


def test_new_code_is_shown_until_it_is_said_to_be_saved(tess: SecondFactor) -> None:
    tess.type(CODE)
    fresh = tess.tenant.user(tess.account)["recovery_code"]
    tess.go_on()
    assert tess.page.status == 400
    assert fresh in tess.page.html
    assert fresh in tess.reload().page.html


def test_new_code_is_not_shown_again(tess: SecondFactor) -> None:
    url = tess.type(CODE).page.url
    fresh = tess.save_recovery_code()
    page = tess.browser.open(url)
    assert isinstance(page, Page)
    assert page.status == 400
    assert fresh not in page.html


def test_recovery_failures_are_counted_apart_from_code_failures(tess: SecondFactor, apis: TenantApis) -> None:
    for _ in range(10):
        assert tess.type("WRONG").page.status == 400
    assert tess.type(CODE).page.status == 429
    kinds = {str(entry.type) for entry in apis.management().users.logs.list(tess.account.sub)}
    assert {"gd_recovery_failed", "gd_recovery_rate_limit_exceed"} <= kinds
    tess.use("otp").type(tess.tenant.code_for(tess.account))
    assert tess.answer["code"]


def test_recovery_code_is_logged(tess: SecondFactor, apis: TenantApis) -> None:
    tess.type(CODE)
    kinds = {str(entry.type) for entry in apis.management().users.logs.list(tess.account.sub)}
    assert "gd_recovery_succeed" in kinds


def test_recovery_code_is_not_offered_to_somebody_without_one(asked: Asked) -> None:
    ada = asked("ada").sign_in()
    assert "recovery-code" not in ada.offered()
