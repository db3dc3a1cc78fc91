"""/dev/phone: what was sent to whom, for people and for tests."""

from collections.abc import Callable

import pyotp
import pytest
import requests

from tests.support.forms import forms_in
from tests.support.second_factor import SecondFactor
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser

Asked = Callable[[str], SecondFactor]


def phone_page(visitor: TenantBrowser) -> Page:
    page = visitor.open("/dev/phone")
    assert isinstance(page, Page)
    assert page.status == 200
    return page


def person_with_push(tenant: Tenant, asked: Asked) -> SecondFactor:
    tenant.control("users", {"sub": tenant["nia"].sub, "factors": [{"type": "push", "name": "Pixel"}]})
    return asked("nia").sign_in()


def test_phone_json_has_its_members(tenant: Tenant) -> None:
    assert set(tenant.phone()) == {"messages", "pushes", "enrollments", "authenticators", "credentials"}


def test_message_tells_to_whom_and_what(asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms")
    (message,) = tess.tenant.phone()["messages"]
    assert (message["to"], message["channel"]) == ("+15555550123", "sms")
    assert message["code"] in message["text"]
    assert message["at"].endswith("Z")


def test_authenticator_shows_the_code_of_now(tenant: Tenant) -> None:
    app = next(a for a in tenant.phone()["authenticators"] if a["email"] == "tess@example.test")
    assert app["user_id"] == tenant["tess"].sub
    assert 1 <= app["seconds_left"] <= 30
    assert pyotp.TOTP(app["secret"]).verify(app["code"], valid_window=1)


def test_authenticator_follows_the_tenants_clock(tenant: Tenant) -> None:
    before = tenant.phone()["authenticators"][0]["code"]
    tenant.clock(3600)
    assert tenant.phone()["authenticators"][0]["code"] != before


def test_page_shows_newest_message_first(visitor: TenantBrowser, asked: Asked) -> None:
    tess = asked("tess").sign_in().use("sms").use("voice")
    html = phone_page(visitor).html
    assert html.index("Call to") < html.index("Text message to")
    assert tess.texts("sms")[0] in html


def test_page_with_nothing_says_so(visitor: TenantBrowser) -> None:
    assert "Nothing yet." in phone_page(visitor).html


@pytest.mark.parametrize(("press", "state"), [("Approve", "approved"), ("Deny", "denied")])
def test_push_is_answered_from_the_page(
    visitor: TenantBrowser, asked: Asked, tenant: Tenant, press: str, state: str
) -> None:
    person_with_push(tenant, asked)
    visitor.http.headers["Accept"] = "text/html"
    form = next(
        form for form in forms_in(phone_page(visitor).html, f"{tenant.base_url}/") if form.button(press)
    )
    after = visitor.submit(form)
    assert isinstance(after, Page)
    assert after.path == "/dev/phone"
    assert tenant.phone()["pushes"][0]["state"] == state
    assert not [form for form in after.forms if form.button("Approve")]


@pytest.mark.usefixtures("everybody_asked")
def test_enrollment_is_scanned_from_the_page(visitor: TenantBrowser, asked: Asked) -> None:
    nia = asked("nia").sign_in().use("push-notification")
    visitor.http.headers["Accept"] = "text/html"
    visitor.submit(phone_page(visitor).forms[0])
    nia.go_on().save_recovery_code()
    assert nia.claims["amr"] == ["mfa"]


def test_unknown_push_and_unknown_enrollment_are_conflicts(tenant: Tenant) -> None:
    for path in ("push/push_x/approve", "push/push%7Cdev_x/scan"):
        answer = requests.post(f"{tenant.base_url}/dev/{path}", timeout=10)
        assert answer.status_code == 409


def test_push_takes_no_answer_from_a_foreign_page(asked: Asked, tenant: Tenant) -> None:
    person_with_push(tenant, asked)
    push_id = tenant.phone()["pushes"][0]["id"]
    url = f"{tenant.base_url}/dev/push/{push_id}/approve"
    answer = requests.post(url, headers={"Origin": "https://evil.example"}, timeout=10)
    assert answer.status_code == 403
    assert tenant.phone()["pushes"][0]["state"] == "pending"


def test_pages_have_no_inline_script_or_style(visitor: TenantBrowser, asked: Asked, tenant: Tenant) -> None:
    person_with_push(tenant, asked)
    enrolling = asked("sol").sign_in()
    for html in (phone_page(visitor).html, enrolling.page.html, asked("ada").sign_in().page.html):
        assert "style=" not in html
        assert "<style" not in html
        assert "onclick" not in html
        assert "<script>" not in html


def test_demo_credential_can_be_put_into_a_virtual_authenticator(tenant: Tenant) -> None:
    (credential,) = tenant.phone()["credentials"]
    assert credential["email"] == "pat@example.test"
    assert {"credential_id", "private_key", "user_handle", "rp_id", "sign_count"} <= set(credential)
