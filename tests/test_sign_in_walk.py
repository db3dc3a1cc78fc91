"""The main road, end to end: a person signs in through the tenant's pages and steps up."""

from collections.abc import Callable

import pytest

from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant_pages import StuckError


def test_person_who_signs_in_with_a_password_is_at_the_site(person: Callable[..., Person]) -> None:
    nia = person("nia")
    response = nia.sign_in()
    assert (response.status_code, response["Location"]) == (302, "/account/security/")
    assert "_auth_user_id" in nia.client.session


def test_person_who_signs_in_with_google_is_at_the_site(person: Callable[..., Person]) -> None:
    gus = person("gus")
    assert gus.sign_in()["Location"] == "/account/security/"


def test_person_who_cancels_at_the_tenant_is_told_so(person: Callable[..., Person]) -> None:
    nia = person("nia")
    response = nia.sign_in(cancel="login")
    assert "_auth_user_id" not in nia.client.session
    assert response.status_code in (302, 403)


@pytest.mark.parametrize("factor", ["otp", "sms", "recovery-code"])
def test_person_with_several_factors_steps_up_with_any(person: Callable[..., Person], factor: str) -> None:
    tess = person("tess")
    tess.sign_in()
    assert tess.step_up("/account/security/", factor=factor)["Location"] == "/account/security/"


def test_person_with_an_authenticator_steps_up_many_times(
    person: Callable[..., Person], elapse: Clock
) -> None:
    """Each code is good once; the clock moves on on both sides."""
    ada = person("ada")
    ada.sign_in()
    for _ in range(3):
        assert ada.step_up("/account/security/")["Location"] == "/account/security/"
        elapse(1000)


def test_person_who_opens_a_guarded_page_is_led_there(person: Callable[..., Person]) -> None:
    ada = person("ada")
    response = ada.open("/admin/")
    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/admin/")


def test_person_who_types_a_wrong_code_is_told_so_by_the_tenant(person: Callable[..., Person]) -> None:
    ada = person("ada")
    ada.sign_in()
    with pytest.raises(StuckError) as stuck:
        ada.step_up("/account/security/", code="000000")
    assert "That code is not right" in stuck.value.page.html
