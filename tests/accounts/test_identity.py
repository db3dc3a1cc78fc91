"""Who a session speaks for: by social-auth's row, by its own record, and by neither."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import DjangoAssertNumQueries, Settings
from social_core.backends import utils as backends
from social_django.models import UserSocialAuth

from accounts.identity import subject_of, users, users_named
from accounts.login.backend import Auth0Backend
from accounts.step_up import require_for
from accounts.step_up.assurance import SESSION_KEY, visitor_subject
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED, asked, assert_closed, assert_open, begin_sign_in
from tests.accounts.urls import urlpatterns as gated_urls
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import make_user, user_of

ACCOUNT = "/account/security/"
PASSWORD = "a-long-one-of-the-site"  # of nobody
pytestmark = pytest.mark.django_db


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(visitor_subject(request))


urlpatterns = [*gated_urls, path("whoami/", whoami)]


@pytest.fixture(autouse=True)
def _site(gated_site: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def visitor_by_password(settings: Settings) -> Client:
    """Somebody whom a backend of the site's own lets in, and whom the tenant does not know."""
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "django.contrib.auth.backends.ModelBackend",
    ]
    User.objects.create_user("local", password=PASSWORD)
    client = Client(headers={"host": "localhost:8000"})
    assert client.login(username="local", password=PASSWORD)
    return client


# Two rows


def link(user: User, sub: str) -> None:
    UserSocialAuth.objects.create(user=user, provider="auth0", uid=sub)


def test_user_with_two_rows_is_the_one_that_signed_in_last() -> None:
    user = make_user("auth0|first", username="kim")
    link(user, "auth0|second")
    assert subject_of(User.objects.get()) == subject_of(users().get()) == "auth0|second"

    UserSocialAuth.objects.get(uid="auth0|first").save()

    assert subject_of(User.objects.get()) == subject_of(users().get()) == "auth0|first"


def test_user_with_two_rows_is_found_by_either() -> None:
    user = make_user("auth0|first", username="kim")
    link(user, "auth0|second")
    for sub in ("auth0|first", "auth0|second"):
        assert list(users_named(sub)) == [user]


def test_row_of_another_provider_is_no_subject() -> None:
    user = User.objects.create(username="kim")
    UserSocialAuth.objects.create(user=user, provider="google-oauth2", uid="1234")
    assert subject_of(user) == ""
    assert list(users_named("1234")) == []


def test_session_of_a_user_with_two_rows_speaks_for_the_one_it_signed_in_with(tess: Person) -> None:
    link(user_of(tess.account.sub), "auth0|later")
    assert tess.client.get("/whoami/").content.decode() == tess.account.sub


def test_step_up_of_a_user_with_two_rows_takes_the_one_of_the_session_alone(
    tess: Person, person: PersonMaker, tenant: Tenant
) -> None:
    link(user_of(tess.account.sub), tenant["nia"].sub)
    nia = person("nia")
    nia.client = tess.client

    assert nia.step_up(GATED).status_code == 409
    assert_closed(tess)


def test_sign_in_by_the_other_row_keeps_nothing_of_what_the_first_proved(
    tess: Person, person: PersonMaker, tenant: Tenant
) -> None:
    tess.step_up(GATED)
    assert_open(tess)
    link(user_of(tess.account.sub), tenant["nia"].sub)
    nia = person("nia")
    nia.client = tess.client

    nia.come_back(begin_sign_in(nia))

    assert nia.client.get("/whoami/").content.decode() == nia.account.sub
    assert_closed(nia)


# A visitor of another backend


def test_visitor_of_another_backend_passes_no_gate(visitor_by_password: Client) -> None:
    assert visitor_by_password.get(GATED)["Location"].startswith("/step-up/?next=")
    assert visitor_by_password.get("/whoami/").content == b""


@pytest.mark.parametrize("page", [ACCOUNT, f"{ACCOUNT}add/", f"{ACCOUNT}activity/", "/step-up/?next=/"])
def test_visitor_of_another_backend_is_told_what_to_do_without_a_call(
    visitor_by_password: Client, tenant: Tenant, page: str
) -> None:
    tenant.exchanges()
    answer = visitor_by_password.get(page)
    assert answer.status_code == 409
    assert "sign in again with the sign-in service" in answer.content.decode()
    assert tenant.exchanges() == []


def test_visitor_of_another_backend_is_not_sent_to_the_tenant(visitor_by_password: Client) -> None:
    assert visitor_by_password.post("/step-up/", {"next": GATED}).status_code == 409


# Gates


def test_gate_makes_no_query(tess: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tess.step_up(GATED)
    assert_open(tess)
    record = tess.client.session[SESSION_KEY]
    request = RequestFactory().get("/")
    request.session = {SESSION_KEY: record}  # type: ignore[assignment]  # what a session does here, a dict does
    request.user = User.objects.get()
    with django_assert_num_queries(0):
        require_for(request)
        assert visitor_subject(request) == tess.account.sub
        assert subject_of(request.user) == tess.account.sub


def test_identity_taken_from_a_user_closes_what_was_proved_by_it(tess: Person) -> None:
    tess.step_up(GATED)
    assert_open(tess)

    UserSocialAuth.objects.all().delete()

    assert_closed(tess)


def test_record_of_another_user_opens_nothing(tess: Person) -> None:
    tess.step_up(GATED)
    assert_open(tess)
    session = tess.client.session
    session[SESSION_KEY] = {**session[SESSION_KEY], "user": str(User.objects.get().pk + 1)}
    session.save()
    assert_closed(tess)


# First sign-ins


def test_first_sign_in_adopts_nobody_of_that_address(person: PersonMaker, tenant: Tenant) -> None:
    there = User.objects.create_user("tess@example.test", "tess@example.test", PASSWORD)
    tess = person("tess")
    tess.sign_in()
    assert user_of(tess.account.sub) != there
    there.refresh_from_db()
    assert there.check_password(PASSWORD)
    assert not user_of(tess.account.sub).has_usable_password()


def test_known_user_keeps_the_password_of_the_site(person: PersonMaker, tenant: Tenant) -> None:
    make_user(tenant["tess"].sub, username="tess")
    known = User.objects.get()
    known.set_password(PASSWORD)
    known.save()
    person("tess").sign_in()
    assert User.objects.get().check_password(PASSWORD)


# Another name of the provider


def test_provider_of_another_name_is_asked_and_known_by_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tenant: Tenant, client: Client
) -> None:
    name = "auth0_openidconnect"
    settings.AUTH0_PROVIDER = name
    monkeypatch.setattr(Auth0Backend, "name", name)
    monkeypatch.setattr(backends, "BACKENDSCACHE", {})
    user = make_user("auth0|kim", username="kim")
    UserSocialAuth.objects.create(user=user, provider=name, uid="auth0|other")

    page = client.get("/sign-in/").content.decode()
    leaving = client.post(f"/auth/login/{name}/")

    assert f'action="/auth/login/{name}/"' in page
    assert asked(leaving)["redirect_uri"].endswith(f"/auth/complete/{name}/")
    assert subject_of(User.objects.get()) == "auth0|other"
