"""Push: approved or denied on the phone, once, in time."""

from collections.abc import Callable

import pytest

from tests.plugins.tenant_apis import TenantApis
from tests.support.second_factor import SecondFactor
from tests.support.tenant import Tenant, TenantDiedError

Asked = Callable[[str], SecondFactor]


@pytest.fixture
def nia(asked: Asked, tenant: Tenant) -> SecondFactor:
    """At the page that waits for the phone."""
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": [{"type": "push", "name": "Pixel"}]})
    return asked("nia").sign_in()


def decide(tenant: Tenant, answer: str) -> None:
    tenant.control(f"push/{tenant.phone()['pushes'][-1]['id']}/{answer}", {})


def state(who: SecondFactor) -> str:
    query = who.page.url.partition("?")[2]
    option = who.page.path.removeprefix("/u/mfa/challenge/")
    url = f"{who.tenant.base_url}/u/mfa/push-state?option={option}&{query}"
    answer: dict[str, str] = who.browser.http.get(url, timeout=10).json()
    return answer["state"]


def test_push_waits_for_the_phone(nia: SecondFactor) -> None:
    assert nia.factor == "push-notification"
    assert "Pixel" in nia.page.html
    assert state(nia) == "pending"
    assert nia.go_on().page.status == 200
    assert "Not approved yet" in nia.problem


def test_approved_push_passes(nia: SecondFactor) -> None:
    decide(nia.tenant, "approve")
    assert state(nia) == "approved"
    assert nia.go_on().claims["amr"] == ["mfa"]


def test_approved_push_is_good_for_one_sign_in(nia: SecondFactor) -> None:
    decide(nia.tenant, "approve")
    nia.go_on()
    assert state(nia.sign_in()) == "pending"


def test_denied_push_is_said_and_logged(nia: SecondFactor, apis: TenantApis) -> None:
    decide(nia.tenant, "deny")
    assert nia.go_on().page.status == 403
    assert "denied" in nia.problem
    logged = {str(entry.type) for entry in apis.management().users.logs.list(nia.account.sub)}
    assert {"gd_send_pn", "gd_auth_rejected"} <= logged


def test_denied_push_can_be_sent_again(nia: SecondFactor) -> None:
    decide(nia.tenant, "deny")
    nia.go_on().fill("resend")
    decide(nia.tenant, "approve")
    assert nia.go_on().answer["code"]


def test_push_runs_out_after_five_minutes(nia: SecondFactor) -> None:
    nia.tenant.clock(301)
    with pytest.raises(TenantDiedError, match="409"):
        decide(nia.tenant, "approve")
    assert nia.go_on().page.status == 400
    assert "run out" in nia.problem


def test_answer_on_the_phone_stands(nia: SecondFactor) -> None:
    decide(nia.tenant, "deny")
    with pytest.raises(TenantDiedError, match="409"):
        decide(nia.tenant, "approve")
    assert nia.go_on().page.status == 403


def test_reload_sends_no_second_push(nia: SecondFactor) -> None:
    nia.reload().reload()
    assert len(nia.tenant.phone()["pushes"]) == 1


def test_push_requests_are_limited(nia: SecondFactor) -> None:
    for _ in range(4):
        assert nia.fill("resend").page.status == 200
    assert nia.fill("resend").page.status == 429


def test_push_of_one_sign_in_approves_no_other(nia: SecondFactor, asked: Asked) -> None:
    other = asked("nia").sign_in()
    decide(nia.tenant, "approve")
    assert "Not approved yet" in nia.go_on().problem
    assert other.go_on().answer["code"]


def test_each_phone_gets_a_request_of_its_own(tenant: Tenant, asked: Asked) -> None:
    phones = [{"type": "push", "name": name} for name in ("Pixel", "Fairphone")]
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": phones})
    nia = asked("nia").sign_in()
    first = nia.page.path
    listing = nia.browser.open(f"/u/mfa/methods?{nia.page.url.partition('?')[2]}")
    links = [link for link in getattr(listing, "links", []) if "push-notification" in link]
    other = next(link for link in links if first not in link)
    decide(tenant, "approve")
    assert "Not approved yet" in nia.open(other).go_on().problem
    assert len(tenant.phone()["pushes"]) == 2
