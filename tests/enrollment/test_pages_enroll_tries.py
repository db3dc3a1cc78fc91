"""Codes that are wrong, late or sent again, phones that take their time, passkeys that are refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from enrollment.pending.state_machine import MAX_ATTEMPTS, RESEND_COOL_DOWN
from tests.enrollment.adding import Adder
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]


@pytest.fixture
def nia(person: People) -> Adder:
    """Has begun to add a phone, and nothing else."""
    adder = Adder(person("nia"), "phone")
    adder.begin()
    return adder


def press(adder: Adder, button: str) -> Any:
    page = adder.who.client.get(adder.path)
    return adder.who.follow(adder.who.press(page, button))


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Type the six digits."), ("12", "A code has six digits."), ("000000", "not right")],
)
def test_wrong_code_is_told_beside_its_field(nia: Adder, typed: str, said: str) -> None:
    page = nia.confirm(typed)

    assert page.status_code == 422
    html = page.content.decode()
    error = html[html.index('id="id_code_error"') :]
    assert said in error[: error.index("</ul>")]
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert "Error:" in html[html.index("<title>") : html.index("</title>")]


def test_wrong_codes_too_many_close_the_enrollment_and_say_so(nia: Adder) -> None:
    for _ in range(MAX_ATTEMPTS):
        answer = nia.confirm("000000")

    page = nia.who.follow(answer)

    assert "Too many wrong codes were typed." in text_of(page)
    assert "Nothing was added to your account" in text_of(page)


def test_app_code_of_a_slow_clock_says_so_and_costs_no_call(person: People, tenant: Tenant) -> None:
    nia = Adder(person("nia"), "totp")
    nia.begin()
    tenant.exchanges()

    page = nia.confirm(nia.app.at(timezone.now() - timedelta(minutes=3)))

    assert "clock may be off" in text_of(page)
    assert tenant.exchanges("/me/v1/") == []
    assert nia.confirm().status_code == 200


def test_push_that_the_app_has_not_finished_waits_on(person: People) -> None:
    nia = Adder(person("nia"), "push")
    nia.begin()

    page = nia.confirm()

    assert "The app has not finished yet." in text_of(page)
    nia.scan()
    assert nia.confirm().status_code == 200


def test_push_status_tells_a_script_when_to_go_on(person: People, tenant: Tenant, elapse: Clock) -> None:
    nia = Adder(person("nia"), "push")
    nia.begin()
    tenant.exchanges()

    assert nia.who.client.get(f"{nia.path}status/").json() == {"state": "challenged", "waits": True}
    nia.scan()
    elapse(4)
    assert nia.who.client.get(f"{nia.path}status/").json() == {"state": "confirmed", "waits": False}
    # None of the person's own few calls a minute.
    assert tenant.exchanges("/me/v1/") == []


def test_push_found_by_looking_gives_the_recovery_code_by_its_button(person: People, elapse: Clock) -> None:
    nia = Adder(person("nia"), "push")
    nia.begin()
    nia.scan()
    elapse(4)

    page = nia.who.client.get(nia.path)
    code = nia.who.press(page, "Show it")

    assert "is on your account" in heading_of(page)
    assert heading_of(code) == "Your new recovery code"


def test_another_code_replaces_the_first_after_the_cool_down(
    nia: Adder, tenant: Tenant, elapse: Clock
) -> None:
    first = nia.code()
    too_soon = press(nia, "Send it again")
    elapse(RESEND_COOL_DOWN.total_seconds() + 1)

    again = press(nia, "Send it again")

    assert "before asking for another code" in text_of(too_soon)
    assert "Another code is on its way to +1 ••••••23" in text_of(again)
    assert len(tenant.messages()) == 2
    assert nia.confirm(first).status_code == 422
    assert nia.confirm().status_code == 200


def test_another_code_held_back_says_when(nia: Adder, tenant: Tenant, elapse: Clock) -> None:
    elapse(RESEND_COOL_DOWN.total_seconds() + 1)
    tenant.fault("POST /me/v1/authentication-methods", status=429, headers={"retry-after": "20"}, body="{}")

    page = press(nia, "Send it again")

    assert "No code was sent. You can ask for one in 20 seconds." in text_of(page)


def test_passkey_that_the_tenant_does_not_accept_closes_with_the_reason(person: People) -> None:
    tess = Adder(person("tess"), "passkey")
    tess.begin()
    tess.key.origin = "http://evil.example"

    page = tess.who.follow(tess.confirm())

    assert "did not accept the passkey" in text_of(page)
    assert "delete it there" in text_of(page)


def test_passkey_answer_that_cannot_be_read_is_asked_for_again(person: People) -> None:
    tess = Adder(person("tess"), "passkey")
    tess.begin()

    page = tess.who.client.post(tess.path, {"credential": "{}"})

    assert page.status_code == 422
    assert "could not be read" in text_of(page)
    assert "is on your account" in heading_of(tess.who.follow(tess.confirm()))


def test_tries_without_end_are_held_back_beside_the_form(nia: Adder) -> None:
    for _ in range(25):
        page = nia.confirm("12")

    assert page.status_code == 422
    assert nia.row.state == "challenged"
    assert "a minute" in text_of(page).lower()
