"""Forms that are sent after the end of the session that they were shown in."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from accounts.auth0.encryption import decrypt
from accounts.models import FormDraft
from accounts.step_up.form_owner import FIELD, owner_field
from mfaproject.users.models import User
from tests.accounts.conftest import Response
from tests.accounts.test_drafts import FORM, given_back
from tests.support.forms import form_with
from tests.support.person import Person


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def owner_token(user: User) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return form_with(f"<form>{owner_field(request)}</form>", FIELD, "/").filled(None)[FIELD]


def sent_signed_out(somebody: Person, path: str = FORM, **typed: str) -> Response:
    somebody.client.post("/logout/")
    response: Response = somebody.client.post(path, {"name": "Nia", **typed})
    return response


def test_form_sent_after_the_end_of_its_session_comes_back_without_its_secrets(tess: Person) -> None:
    token = owner_token(User.objects.get())
    sent = sent_signed_out(tess, owner_token=token, otp_code="123456", password="s3cret")
    assert sent["Location"] == "/sign-in/?next=%2Ftest%2Fform%2F"
    assert "123456" not in str(decrypt(FormDraft.objects.get().encrypted_text))
    tess.sign_in(FORM)
    assert given_back(tess) == "draft: [('name', 'Nia')]"
    assert given_back(tess) == "draft: None"


@pytest.mark.parametrize("change", [lambda _: "", lambda token: f"2{token}", lambda token: token[:-1]])
def test_form_that_does_not_say_whose_it_is_keeps_nothing(tess: Person, change: Callable[[str], str]) -> None:
    sent = sent_signed_out(tess, owner_token=change(owner_token(User.objects.get())))
    assert sent["Location"].startswith("/sign-in/")
    assert not FormDraft.objects.exists()
    assert not Session.objects.exists()


def test_script_that_sends_a_form_after_the_end_of_its_session_is_told_where_to_sign_in(tess: Person) -> None:
    token = owner_token(User.objects.get())
    tess.client.post("/logout/")
    answer = tess.client.post(FORM, {"owner_token": token, "name": "Nia"}, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]) == (401, "login_required")


def test_view_that_other_sites_may_post_to_keeps_no_draft_of_an_ended_session(tess: Person) -> None:
    sent_signed_out(tess, "/test/exempt/", owner_token=owner_token(User.objects.get()))
    assert not FormDraft.objects.exists()
