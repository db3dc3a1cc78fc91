"""A sign-in with a browser that is new to the account: its owner is emailed, once for each browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings
from social_django.models import UserSocialAuth

from tests.enrollment.alarms import user_of
from tests.enrollment.reading import SECURITY, text_of
from tests.support.mails import delivered
from tests.support.person import Person
from tests.support.users import make_user

People = Callable[..., Person]
COOKIE = "mfaproject_sessionid_device"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"


@pytest.fixture(autouse=True)
def switched_on(settings: Settings) -> None:
    settings.ACCOUNT_SECURITY_NEW_DEVICE_EMAIL = True


def known(who: Person) -> Person:
    """Somebody whose account is older than this test."""
    make_user(who.account.sub, email=who.account.email)
    UserSocialAuth.objects.update(created=timezone.now() - timedelta(days=1))
    return who


def told(who: Person) -> list[EmailMessage]:
    return [message for message in delivered() if message.to == [who.account.email]]


def sign_out(who: Person) -> None:
    who.client.post("/logout/")
    who.browser.open("/v2/logout")


def test_sign_in_with_a_new_browser_is_emailed(person: People) -> None:
    tess = known(person("tess", HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.9"))
    tess.open(SECURITY)

    (message,) = told(tess)
    assert message.subject.endswith("New sign-in to your account")
    assert "Firefox on Windows" in message.body
    assert "203.0.113.9" in message.body
    assert message.body.strip().endswith("/account/security/sessions/")


def test_same_browser_is_not_new_again(person: People) -> None:
    tess = known(person("tess"))
    tess.open(SECURITY)
    sign_out(tess)
    tess.open(SECURITY)
    tess.open(f"{SECURITY}recovery-code/")

    assert len(told(tess)) == 1


def test_second_browser_is_new(person: People) -> None:
    for _ in range(2):
        tess = known(person("tess"))
        tess.open(SECURITY)

    assert len(told(tess)) == 2


def test_browser_of_somebody_else_is_new(person: People) -> None:
    tess, nia = known(person("tess")), known(person("nia"))
    tess.open(SECURITY)
    nia.client.cookies[COOKIE] = tess.client.cookies[COOKIE].value
    nia.open(SECURITY)

    assert len(told(nia)) == 1


def test_cookie_that_somebody_made_up_is_none(person: People) -> None:
    tess = known(person("tess"))
    tess.client.cookies[COOKIE] = "WyJhIl0:1:1"
    tess.open(SECURITY)

    assert len(told(tess)) == 1


def test_cookie_names_nobody_and_scripts_do_not_see_it(person: People) -> None:
    tess = known(person("tess"))
    tess.open(SECURITY)
    cookie = tess.client.cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert str(user_of(tess).pk) != cookie.value
    assert tess.account.sub not in cookie.value


def test_first_sign_in_of_a_new_account_is_no_news(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    assert told(tess) == []


def test_activity_tells_of_it_once(person: People) -> None:
    tess = known(person("tess", HTTP_USER_AGENT=FIREFOX))
    tess.open(SECURITY)
    said = text_of(tess.client.get(f"{SECURITY}activity/"))
    assert "Signed in with a new device: “Firefox on Windows”" in said
    assert "Signed in to" not in said


def test_nothing_is_sent_or_kept_where_it_is_off(person: People, settings: Settings) -> None:
    settings.ACCOUNT_SECURITY_NEW_DEVICE_EMAIL = False
    tess = known(person("tess"))
    tess.open(SECURITY)

    assert told(tess) == []
    assert COOKIE not in tess.client.cookies
