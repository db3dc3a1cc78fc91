"""The tests' own machinery: what others rely on without looking."""

import socket
from collections.abc import Callable

import pytest

from tests.support.clock import Clock
from tests.support.codes import FreshCodes
from tests.support.forms import form_with, forms_in
from tests.support.network import OutsideWorldError
from tests.support.person import Person
from tests.support.tenant import Tenant, TenantDiedError, TenantProcess
from tests.support.tenant_pages import StuckError

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_network_guard_for_another_machine_refuses_at_once() -> None:
    with socket.socket() as sock, pytest.raises(OutsideWorldError):
        sock.connect(("192.0.2.1", 80))


def test_network_guard_for_a_name_of_another_machine_refuses_at_once() -> None:
    with socket.socket() as sock, pytest.raises(OutsideWorldError):
        sock.connect(("tenant.example", 443))


def test_tenant_process_that_cannot_start_fails_with_its_words() -> None:
    with pytest.raises(TenantDiedError, match="no-such-option"):
        TenantProcess("--no-such-option")


def test_tenant_after_a_test_that_added_somebody_is_at_its_seed_again(tenant: Tenant) -> None:
    added = tenant.add_user(email="ida@example.test")
    assert tenant.user(added)["email"] == "ida@example.test"
    tenant.reset()
    assert "ida@example.test" not in {user["email"] for user in tenant.read("users")}


def test_clock_after_elapse_has_moved_on_both_sides(tenant: Tenant, elapse: Clock) -> None:
    before, there = elapse.now, tenant.read("clock")["now"]
    elapse(1000)
    assert 1000 <= (elapse.now - before).total_seconds() < 1010
    assert 1000 <= tenant.read("clock")["now"] - there < 1010


def test_fresh_codes_when_asked_twice_differ() -> None:
    codes = FreshCodes()
    assert codes.next(SECRET, 0.0) != codes.next(SECRET, 0.0)


def test_forms_with_hidden_fields_and_two_buttons_send_what_a_browser_would() -> None:
    html = """<form method="post" action="/go"><input type="hidden" name="state" value="s">
      <input name="who"><input type="checkbox" name="keep" value="yes">
      <button name="do" value="a">First</button><button name="do" value="b">Second</button></form>"""
    form = forms_in(html, "/here")[0]
    assert form.filled(who="ida") == {"state": "s", "who": "ida", "do": "a"}
    assert form_with(html, "who").filled("Second", who="ida", keep="yes") == {
        "state": "s",
        "who": "ida",
        "keep": "yes",
        "do": "b",
    }
    with pytest.raises(LookupError):
        form.filled(nobody="x")


def test_person_with_a_wrong_password_is_stuck_at_the_login_page(person: Callable[..., Person]) -> None:
    with pytest.raises(StuckError) as stuck:
        person("nia").sign_in(password="wrong")
    assert stuck.value.page.status == 400
    assert "Wrong email or password." in stuck.value.page.html
