"""What was typed before a step-up, given back after it."""

import json
from collections.abc import Callable
from html import unescape
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import FormDraft
from accounts.step_up.drafts import MAX_CHARACTERS, SESSION_KEY, is_secret, take_draft
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker, Response
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.threads import DatabaseThreads

FORM = "/test/form/"
MANY, PATIENCE = 8, 30
TYPED = {"name": "Nia's phone", "tags": ["a", "b"]}


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def send(somebody: Person, path: str = FORM, data: object = None, referer: str = FORM) -> Response:
    headers = {"Referer": f"http://localhost:8000{referer}"} if referer else {}
    response: Response = somebody.client.post(path, TYPED if data is None else data, headers=headers)
    return response


def next_of(response: Response) -> str:
    target = urlsplit(response["Location"])
    assert target.path == "/step-up/"
    return parse_qs(target.query)["next"][0]


def given_back(somebody: Person, path: str = FORM) -> str:
    return somebody.client.get(path).content.decode()


def test_interrupted_form_comes_back_with_what_was_typed_once(tess: Person) -> None:
    page = next_of(send(tess))
    assert page == FORM
    assert "was not sent" in tess.client.get("/step-up/", {"next": page}).content.decode()
    assert tess.step_up(page)["Location"] == FORM
    assert given_back(tess) == "draft: [('name', \"Nia's phone\"), ('tags', ['a', 'b'])]"
    assert given_back(tess) == "draft: None"
    assert send(tess).content == b"sent"


def test_interrupted_form_says_that_nothing_was_sent(tess: Person) -> None:
    next_of(send(tess))
    tess.step_up(FORM)
    assert "Nothing was sent yet" in unescape(tess.client.get("/step-up/", follow=True).content.decode())


def test_resumed_get_says_nothing_of_the_kind(tess: Person) -> None:
    tess.client.get("/test/function/")
    tess.step_up("/test/function/")
    assert "Nothing was sent" not in tess.client.get("/").content.decode()


@pytest.mark.parametrize(
    ("path", "referer", "page"),
    [
        ("/test/form/", "/test/form/?step=2", "/test/form/?step=2"),
        ("/test/post-only/", "/test/plain/?q=1", "/test/plain/?q=1"),
        ("/test/class/", "", "/test/class/"),
    ],
)
def test_interrupted_form_comes_back_to_the_page_it_was_on(
    tess: Person, path: str, referer: str, page: str
) -> None:
    assert next_of(send(tess, path, referer=referer)) == page


def test_interrupted_form_from_another_origin_comes_back_to_itself(tess: Person) -> None:
    response = tess.client.post("/test/class/", headers={"Referer": "https://evil.test/test/plain/"})
    assert next_of(response) == "/test/class/"


def test_template_gets_the_draft_as_json_for_the_script(tess: Person) -> None:
    next_of(send(tess, "/test/draft/", {"a": "</script>"}, "/test/draft/"))
    tess.step_up("/test/draft/")
    html = given_back(tess, "/test/draft/")
    data = html.partition(">")[2].partition("</script>")[0]
    assert json.loads(data) == {"action": "/test/draft/", "fields": {"a": ["</script>"]}}
    assert given_back(tess, "/test/draft/").strip() == "nothing typed"


def test_draft_leaves_secrets_and_files_out(tess: Person) -> None:
    secrets = {
        "password1": "s3cret",
        "otp_code": "123456",
        "recovery-code": "AAAA",
        "csrfmiddlewaretoken": "t",
    }
    upload = {"photo": SimpleUploadedFile("photo.png", b"bytes")}
    next_of(send(tess, data={**secrets, **upload, "name": "kept"}))
    assert given_back(tess) == "draft: [('name', 'kept')]"


def test_draft_at_rest_does_not_show_what_was_typed(tess: Person) -> None:
    send(tess, data={"name": "very private"})
    assert all("very private" not in str(session.get_decoded()) for session in Session.objects.all())
    assert "very private" not in FormDraft.objects.get().encrypted_text


def test_draft_too_large_is_not_kept_and_the_form_comes_back_all_the_same(tess: Person) -> None:
    assert next_of(send(tess, data={"text": "x" * (MAX_CHARACTERS + 1)})) == FORM
    assert given_back(tess) == "draft: None"


def test_draft_expires_with_the_window(tess: Person, elapse: Clock) -> None:
    send(tess)
    elapse(901)
    assert given_back(tess) == "draft: None"


def test_draft_that_nobody_took_is_deleted_with_the_next(tess: Person, elapse: Clock) -> None:
    send(tess)
    elapse(901)
    send(tess, referer="/page/")
    assert FormDraft.objects.count() == 1


@pytest.mark.usefixtures("database_for_threads")
def test_draft_asked_for_by_many_requests_at_once_is_given_to_one(tess: Person, rf: RequestFactory) -> None:
    send(tess)
    user, session = User.objects.get(), tess.client.session
    all_have_read = Barrier(MANY)

    def wait_for_all(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.startswith("SELECT") and FormDraft._meta.db_table in sql:
            all_have_read.wait(PATIENCE)
        return found

    def take(_number: int) -> dict[str, Any] | None:
        request = rf.get(FORM)
        request.user, request.session = user, type(session)(session.session_key)
        with connection.execute_wrapper(wait_for_all):
            return take_draft(request)

    with DatabaseThreads(MANY) as pool:
        taken = list(pool.map(take, range(MANY)))

    assert [each["name"] for each in taken if each] == ["Nia's phone"]


def test_draft_belongs_to_its_page(tess: Person) -> None:
    send(tess)
    assert given_back(tess, "/test/draft/").strip() == "nothing typed"
    assert "Nia" in given_back(tess)


def test_draft_belongs_to_the_person_who_typed_it(tess: Person, person: PersonMaker) -> None:
    send(tess)
    kept = tess.client.session[SESSION_KEY]
    nia = person("nia")
    nia.sign_in()
    session = nia.client.session
    session[SESSION_KEY] = kept
    session.save()
    assert given_back(nia) == "draft: None"


def test_draft_is_gone_after_signing_out(tess: Person) -> None:
    send(tess)
    tess.client.post("/logout/")
    tess.sign_in()
    assert given_back(tess) == "draft: None"


def test_draft_of_a_view_that_other_sites_may_post_to_is_not_kept(tess: Person) -> None:
    send(tess, "/test/exempt/", referer="/test/form/")
    assert given_back(tess) == "draft: None"


def test_drafts_kept_at_once_are_few(tess: Person) -> None:
    for number in range(5):
        send(tess, referer=f"/page/{number}/")
    assert list(tess.client.session[SESSION_KEY]) == ["/page/2/", "/page/3/", "/page/4/"]
    assert len(tess.client.session["accounts_step_up_pending"]) == 5


def test_htmx_form_comes_back_with_what_was_typed_too(tess: Person) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost:8000{FORM}"}
    assert tess.client.post("/test/post-only/", TYPED, headers=headers).status_code == 403
    assert "Nia" in given_back(tess)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "password",
            "password1",
            "new_password2",
            "newPassword",
            "PASSWORD",
            "user[password]",
            "old-passwd",
        ),
        *("token", "csrfmiddlewaretoken", "api_key", "client_secret", "code", "otp", "otp_code", "sms-code"),
        *("recovery_code", "pin", "cvc", "card_number", "accessToken", "APIKey"),
    ],
)
def test_field_that_holds_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "name",
        "postal_code",
        "zip_code",
        "country-code",
        "keyword",
        "encode",
        "monkey",
        "spinner",
        "comment",
        "1",
    ],
)
def test_field_that_holds_no_secret_is_kept(name: str) -> None:
    assert not is_secret(name)


@given(
    st.text(max_size=20), st.sampled_from(["password", "secret", "token", "otp"]), st.sampled_from("_-.[ ")
)
def test_secret_word_anywhere_in_a_name_is_seen(before: str, word: str, separator: str) -> None:
    assert is_secret(f"{before}{separator}{word}")
    assert is_secret(f"{word}{separator}{before}")
