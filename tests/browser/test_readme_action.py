"""The Action of the page on the tenant, run by Chromium's engine: whom it asks for a second factor."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.second_factor import PAPE_MFA

TENANT = (Path(__file__).resolve().parents[2] / "docs/tenant.md").read_text()
RUN = """async (event) => {
  const asked = [];
  const api = {
    idToken: { setCustomClaim() {} },
    multifactor: { enable: (provider, options) => asked.push([provider, options]) },
  };
  const exports = {};
  %s
  await exports.onExecutePostLogin(event, api);
  return asked;
}"""
ASKED = [["any", {"allowRememberBrowser": False}]]


def asked(page: Page, *factors: str, **transaction: Any) -> Any:
    """What the Action demands of somebody with these factors."""
    (action,) = re.findall(r"```js\n(.*?)```", TENANT, re.DOTALL)
    user = {"enrolledFactors": [{"type": factor} for factor in factors]} if factors else {}
    return page.evaluate(
        RUN % action, {"user": user, "transaction": {"acr_values": [PAPE_MFA]} | transaction}
    )


@pytest.mark.parametrize("factor", ["otp", "push-notification", "phone", "webauthn-roaming"])
def test_action_asks_for_a_factor_that_stands_alone(page: Page, factor: str) -> None:
    assert asked(page, "email", factor) == ASKED


@pytest.mark.parametrize(
    "factors", [(), ("email",), ("recovery-code",), ("webauthn-platform",), ("email", "recovery-code")]
)
def test_action_lets_nobody_enroll_by_a_step_up(page: Page, factors: tuple[str, ...]) -> None:
    assert asked(page, *factors) == []


def test_action_leaves_other_sign_ins_and_refreshes_alone(page: Page) -> None:
    assert asked(page, "otp", acr_values=[]) == []
    assert asked(page, "otp", protocol="oauth2-refresh-token") == []
