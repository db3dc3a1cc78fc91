"""Leaving and coming back, other tabs, wrong codes, cancelling, running out of time: nobody gets lost."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import LIFE
from tests.enrollment.adding import NUMBER, Adder, add
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support.clock import Clock
from tests.support.forms import form_with
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


def test_begun_enrollment_is_taken_up_where_it_was(nia: Adder, tenant: Tenant) -> None:
    tenant.exchanges()

    back = nia.who.open(add("phone"))

    assert back.request["PATH_INFO"] == nia.path
    assert tenant.exchanges("/me/v1/") == []
    assert nia.confirm().status_code == 200


def test_begun_enrollment_is_listed_on_the_security_page(nia: Adder) -> None:
    page = nia.who.client.get(SECURITY)

    assert "Not finished yet Phone: +1 ••••••23" in text_of(page)
    assert nia.path in page.content.decode()
    assert NUMBER not in page.content.decode()


def test_begun_enrollment_cancelled_on_the_security_page_is_gone(nia: Adder) -> None:
    page = nia.who.client.get(SECURITY)

    after = nia.who.follow(nia.who.press(page, "leave"))

    assert "Cancelled: nothing was added." in text_of(after)
    assert "Not finished yet" not in text_of(after)
    assert "phone" not in nia.methods(confirmed=False)


def test_confirmed_in_another_tab_says_so(nia: Adder) -> None:
    nia.confirm()

    other_tab = nia.who.follow(nia.confirm("000000"))

    assert "is on your account" in heading_of(other_tab)
    assert nia.methods().count("phone") == 1


def test_cancelled_in_another_tab_says_so(nia: Adder) -> None:
    code = nia.code()
    nia.who.client.post(f"{nia.path}cancel/", {"then": "leave"})

    other_tab = nia.who.follow(nia.confirm(code))

    assert heading_of(other_tab) == "Phone: Cancelled"
    assert "phone" not in nia.methods()


def test_another_number_keeps_what_was_typed(nia: Adder) -> None:
    page = press(nia, "Use another number")

    assert page.request["PATH_INFO"] == add("phone")
    assert form_with(page.content.decode(), "number").fields["number"] == NUMBER
    assert "phone" not in nia.methods(confirmed=False)


def test_what_was_typed_lies_nowhere_in_the_open(nia: Adder) -> None:
    for session in Session.objects.all():
        assert NUMBER not in str(session.get_decoded())
    for row in PendingEnrollment.objects.all():
        assert NUMBER not in str(vars(row))


def test_time_over_is_told_and_starts_again_with_what_was_typed(nia: Adder, elapse: Clock) -> None:
    path = nia.path
    elapse(LIFE.total_seconds() + 1)

    page = nia.who.client.get(path)

    assert heading_of(page) == "Phone: Out of time"
    again = nia.who.open(add("phone"))
    assert form_with(again.content.decode(), "number").fields["number"] == NUMBER


def test_time_left_is_shown(nia: Adder) -> None:
    assert "Time left for this: 10 minutes." in text_of(nia.step)


@pytest.mark.parametrize("part", ["", "status/"])
def test_enrollment_of_somebody_else_is_not_found(nia: Adder, person: People, part: str) -> None:
    tess = person("tess")
    tess.open(SECURITY)

    answer = tess.client.get(f"{nia.path}{part}")

    assert answer.status_code == (404 if part else 302)
    assert "Type the code" not in text_of(tess.follow(answer))


@pytest.mark.parametrize("part", ["", "cancel/", "resend/"])
def test_enrollment_of_somebody_else_cannot_be_touched(nia: Adder, person: People, part: str) -> None:
    tess = person("tess")
    tess.open(SECURITY)

    tess.client.post(f"{nia.path}{part}", {"code": nia.code(), "then": "leave"})

    assert nia.row.state == "challenged"


def test_enrollment_that_never_was_leads_back(nia: Adder) -> None:
    page = nia.who.follow(nia.who.client.get(f"{add('phone')}{uuid4()}/"))

    assert heading_of(page) == "Account security"
    assert "no such enrollment" in text_of(page)


def test_enrollment_under_another_kind_is_not_found(nia: Adder) -> None:
    assert nia.who.client.get(nia.path.replace("phone", "email")).status_code == 404


@pytest.mark.parametrize("part", ["cancel/", "resend/"])
def test_address_of_a_form_leads_to_its_page(nia: Adder, part: str) -> None:
    assert nia.who.client.get(f"{nia.path}{part}")["Location"] == nia.path


def test_secrets_of_a_step_are_for_who_has_just_proved_themselves(nia: Adder) -> None:
    session = nia.who.client.session
    session.pop("accounts_my_account")
    session.save()

    answer = nia.who.client.get(nia.path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/step-up/")
