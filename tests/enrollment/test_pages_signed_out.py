"""Forms sent after their session has ended: nothing is done, and what was typed comes back."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session

from accounts.models import FormDraft
from accounts.sessions.user_sessions import end_sessions
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.accounts.conftest import Response
from tests.enrollment.admin_pages import WHY, security_of
from tests.enrollment.reading import text_of
from tests.enrollment.test_pages_rename import app_of, rename_page
from tests.support.forms import form_with
from tests.support.person import Person

People = Callable[..., Person]
SAID = "You had been signed out, so nothing was sent."
PHONE, EMAIL = "/account/security/add/phone/", "/account/security/add/email/"


def time_ends_it(_who: Person) -> None:
    Session.objects.all().delete()


def another_tab_ends_it(who: Person) -> None:
    who.client.post("/logout/")


def another_browser_ends_it(who: Person) -> None:
    end_sessions(User.objects.get(social_auth__uid=who.account.sub))


def values_of(page: Response, field: str) -> dict[str, str]:
    return form_with(page.content.decode(), field, page.request["PATH_INFO"]).filled(None)


@pytest.mark.parametrize("end", [time_ends_it, another_tab_ends_it, another_browser_ends_it])
def test_name_typed_comes_back_after_signing_in_and_nothing_is_renamed_until_it_is_sent_again(
    person: People, end: Callable[[Person], None]
) -> None:
    tess = person("tess")
    page = tess.open(path := rename_page(tess))
    before = app_of(tess)["name"]
    end(tess)

    sent = tess.submit(page, name="Nokia")
    assert sent["Location"].startswith("/sign-in/?next=")
    again = tess.follow(sent)

    assert again.request["PATH_INFO"] == path.replace("%7C", "|")
    assert values_of(again, "name")["name"] == "Nokia"
    assert SAID in text_of(again)
    assert app_of(tess)["name"] == before
    assert not FormDraft.objects.exists()
    tess.follow(tess.submit(again, name=values_of(again, "name")["name"]))
    assert app_of(tess)["name"] == "Nokia"


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (PHONE, {"country": "SE", "number": "070 174 06 05", "channel": "voice"}),
        (EMAIL, {"email": "other@example.test"}),
    ],
)
def test_number_or_address_typed_comes_back_and_no_code_is_sent(
    person: People, path: str, typed: dict[str, str]
) -> None:
    tess = person("tess")
    page = tess.open(path)
    Session.objects.all().delete()

    again = tess.follow(tess.submit(page, **typed))

    shown = values_of(again, next(iter(typed)))
    assert {name: shown[name] for name in typed} == typed
    assert SAID in text_of(again)
    assert not ActivityEvent.objects.exists()
    assert tess.tenant.messages(typed.get("email", "+46701740605")) == []


def test_reason_typed_by_support_comes_back_and_nothing_is_done(person: People, tess: User) -> None:
    sol = person("sol")
    path = security_of(tess, "forget-browsers/")
    page = sol.open(path)
    Session.objects.all().delete()

    again = sol.follow(sol.submit(page, reason=WHY))

    assert again.request["PATH_INFO"] == path
    assert values_of(again, "reason")["reason"].strip() == WHY
    assert SAID in text_of(again)
    assert not ActivityEvent.objects.exists()


def test_somebody_else_who_signs_in_gets_an_empty_form(person: People) -> None:
    tess, sol = person("tess"), person("sol")
    page = tess.open(PHONE)
    Session.objects.all().delete()
    sent = tess.submit(page, number="0701740605")
    sol.client = tess.client

    shown = sol.follow(sent)

    assert shown.request["PATH_INFO"] == PHONE
    assert values_of(shown, "number")["number"] == ""
    assert SAID not in text_of(shown)
    assert not FormDraft.objects.exists()
