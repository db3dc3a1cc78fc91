"""Which language a page speaks, who chooses it and where that is kept, and what the tenant is told."""

from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.languages import language_of
from accounts.models import AccountState
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker, Response
from tests.accounts.steps import asked, begin_sign_in, begin_step_up
from tests.plugins.tenant_apis import TenantApis
from tests.support.person import Person

LANGUAGE, SECURITY = "/account/language/", "/account/security/"
SPANISH = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"})


def spoken(page: Response) -> str:
    return page.content.decode().partition('<html lang="')[2].partition('"')[0]


def footer_link(page: Response) -> str:
    return unescape(page.content.decode().partition('class="site-language"')[2].split('"')[1])


def chosen(page: Response) -> list[str]:
    return [
        str(choice.data["value"]) for choice in page.context["form"]["language"] if choice.data["selected"]
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "language"),
    [("es-MX,es;q=0.9,en;q=0.5", "es"), ("en-GB", "en"), ("de,es;q=0.4", "es"), ("de", "en"), ("", "en")],
)
def test_page_speaks_what_the_browser_asks_for(visitor: Client, wanted: str, language: str) -> None:
    page = visitor.get("/sign-in/", headers={"accept-language": wanted})

    assert spoken(page) == page["Content-Language"] == language
    assert "Accept-Language" in page["Vary"]


@pytest.mark.django_db
def test_choice_of_a_visitor_is_kept_in_the_browser(visitor: Client, settings: Settings) -> None:
    answer = visitor.post(LANGUAGE, {"language": "es", "next": "/sign-in/"})

    assert (answer.status_code, answer["Location"]) == (303, "/sign-in/")
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert spoken(visitor.get("/")) == "es"
    assert chosen(visitor.get(LANGUAGE)) == ["es"]


@pytest.mark.django_db
def test_choice_given_up_leaves_it_to_the_browser(visitor: Client) -> None:
    visitor.post(LANGUAGE, {"language": "en"})
    assert spoken(visitor.get("/", headers=SPANISH)) == "en"

    answer = visitor.post(LANGUAGE, {"language": ""})

    assert answer["Location"] == LANGUAGE
    assert spoken(visitor.get("/", headers=SPANISH)) == "es"
    assert chosen(visitor.get(LANGUAGE)) == [""]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["de", "es; q=1", "../en"])
def test_language_that_the_site_does_not_speak_is_refused(visitor: Client, code: str) -> None:
    answer = visitor.post(LANGUAGE, {"language": code})

    assert answer.status_code == 422
    assert not answer.cookies.get("mfaproject_language")


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_choice_leads_nowhere_else(visitor: Client, target: str) -> None:
    assert visitor.post(LANGUAGE, {"language": "es", "next": target})["Location"] == LANGUAGE


@pytest.mark.django_db
def test_choice_needs_a_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    assert strict.post(LANGUAGE, {"language": "es"}).status_code == 403


def test_choice_is_kept_in_the_account_for_every_browser(person: PersonMaker) -> None:
    one, other = person("tess"), person("tess")
    one.sign_in()
    one.client.post(LANGUAGE, {"language": "es"})

    other.sign_in()

    assert spoken(other.client.get(SECURITY)) == "es"
    assert chosen(other.client.get(LANGUAGE)) == ["es"]
    assert AccountState.objects.get().language == "es"


def test_account_is_stronger_than_the_browser(person: PersonMaker) -> None:
    tess = person("tess")
    tess.client.post(LANGUAGE, {"language": "es"})
    tess.sign_in()
    assert spoken(tess.client.get(SECURITY)) == "es"

    AccountState.objects.update(language="en")

    assert spoken(tess.client.get(SECURITY, headers=SPANISH)) == "en"
    assert spoken(tess.client.get("/no-such-page/", headers=SPANISH)) == "en"


def test_account_with_a_language_that_is_gone_reads_what_the_browser_asks_for(person: PersonMaker) -> None:
    tess = person("tess")
    tess.sign_in()
    AccountState.objects.update(language="eo")

    assert spoken(tess.client.get(SECURITY, headers=SPANISH)) == "es"


@pytest.mark.parametrize(
    ("language", "last", "written"),
    [("es", "en", "es"), ("", "es", "es"), ("", "", "en"), ("eo", "es", "es"), ("eo", "eo", "en")],
)
def test_person_is_written_to_in_what_they_chose_or_last_read(language: str, last: str, written: str) -> None:
    user = User()
    user.account_state = AccountState(language=language, last_language=last)
    assert language_of(user) == written


def speaking_spanish(somebody: Person) -> Person:
    """Their browser asks for Spanish."""
    somebody.client.defaults["HTTP_ACCEPT_LANGUAGE"] = SPANISH["accept-language"]
    return somebody


def test_sign_in_notes_what_the_site_was_read_in(person: PersonMaker) -> None:
    speaking_spanish(person("tess")).sign_in()
    assert language_of(User.objects.get()) == "es"

    person("tess").sign_in()

    assert language_of(User.objects.get()) == "en"


def test_tenant_is_told_the_language_of_the_page(person: PersonMaker) -> None:
    tess = speaking_spanish(person("tess"))
    assert asked(begin_sign_in(tess))["ui_locales"] == "es"
    tess.sign_in()

    tess.client.post(LANGUAGE, {"language": "en"})

    assert asked(begin_step_up(tess, SECURITY))["ui_locales"] == "en"


def test_tenant_notes_the_language_that_it_was_asked_for(apis: TenantApis, person: PersonMaker) -> None:
    speaking_spanish(person("nia")).sign_in()

    entries = apis.management().logs.list(search="type:s").items or []
    assert [(entry.details or {})["ui_locales"] for entry in entries] == [["es"]]


def test_tenant_is_told_nothing_that_a_browser_made_up(person: PersonMaker) -> None:
    nia = person("nia")
    nia.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "xx-evil"

    assert asked(begin_sign_in(nia))["ui_locales"] == "en"


def test_menu_and_footer_lead_to_the_choice_and_back(person: PersonMaker) -> None:
    tess = person("tess")
    tess.sign_in()
    page = tess.client.get(SECURITY).content.decode()

    assert f'href="{LANGUAGE}"' in page
    assert f'href="{LANGUAGE}?next={SECURITY}"' in page
    answer = tess.submit(tess.client.get(LANGUAGE, {"next": SECURITY}), to_path=LANGUAGE, language="es")
    assert answer["Location"] == SECURITY


@pytest.mark.django_db
def test_choice_at_the_sign_in_page_keeps_the_page_that_was_asked_for(visitor: Client) -> None:
    asked_for = f"/sign-in/?{urlencode({'next': f'{SECURITY}activity/?show=failed'})}"
    link = parse_qs(urlsplit(footer_link(visitor.get(asked_for))).query)

    answer = visitor.post(LANGUAGE, {"language": "es", "next": link["next"][0]})

    assert answer["Location"] == asked_for


def test_choice_in_the_middle_of_a_step_up_keeps_what_it_is_for(person: PersonMaker) -> None:
    tess = person("tess")
    tess.sign_in()
    step_up = tess.client.get(f"{SECURITY}recovery-code/")["Location"]

    link = parse_qs(urlsplit(footer_link(tess.client.get(step_up))).query)

    assert link["next"] == [step_up]


@pytest.mark.django_db
def test_page_after_a_trip_does_not_lead_back_into_it(visitor: Client) -> None:
    page = visitor.get("/auth/complete/auth0/", {"code": "secret-code", "state": "s"})

    assert page.status_code == 400
    assert f'href="{LANGUAGE}"' in page.content.decode()
    assert "secret-code" not in page.content.decode()
