"""Signing in: who comes in, as whom, by how many calls, and what is kept of it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings
from social_django.models import UserSocialAuth

from accounts.identity import subject_of
from accounts.login.new_users import username_for
from accounts.login.pipeline import STAFF_GROUP
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import GATED, begin_sign_in, begin_step_up
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page


def signed_in_as(somebody: Person) -> User | None:
    return User.objects.filter(pk=somebody.client.session.get("_auth_user_id", 0)).first()


def only_user() -> User:
    return User.objects.get()


def test_sign_in_creates_a_person_by_sub_with_a_fresh_profile(tenant: Tenant, person: PersonMaker) -> None:
    ada = person("ada")
    response = ada.sign_in()
    user = only_user()
    assert (response.status_code, response["Location"]) == (302, "/account/security/")
    assert signed_in_as(ada) == user
    assert (subject_of(user), user.email, user.first_name) == (tenant["ada"].sub, "ada@example.test", "Ada")
    assert not user.has_usable_password()


def test_help_for_a_lost_phone_names_a_choice_where_it_is_offered(person: PersonMaker) -> None:
    tess, choice = person("tess"), "Try another method"
    help_here = tess.client.get("/sign-in/").content.decode().partition("Lost your phone")[2]
    next_page = tess.browser.open(begin_sign_in(tess)["Location"])

    assert choice in help_here
    assert isinstance(next_page, Page)
    assert ("next page" in help_here) is (choice in next_page.html)


def test_sign_in_of_a_social_user_keeps_their_sub(tenant: Tenant, person: PersonMaker) -> None:
    person("gus").sign_in()
    assert subject_of(only_user()) == tenant["gus"].sub
    assert tenant["gus"].sub.startswith("google-oauth2|")


def test_sign_in_twice_finds_the_same_person(person: PersonMaker) -> None:
    person("nia").sign_in()
    person("nia").sign_in()
    assert User.objects.count() == UserSocialAuth.objects.count() == 1


def test_sign_in_never_joins_accounts_by_email(tenant: Tenant, person: PersonMaker) -> None:
    other = User.objects.create(username="older", email="nia@example.test")
    nia = person("nia")
    nia.sign_in()
    assert signed_in_as(nia) != other
    assert User.objects.filter(email="nia@example.test").count() == 2


def test_sign_in_with_warm_caches_makes_one_call(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    tenant.exchanges()
    nia = person("nia")
    callback = nia.to_callback(nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/"))
    tenant.exchanges()
    assert nia.client.get(callback).status_code == 302
    assert [(call["method"], call["path"]) for call in tenant.exchanges()] == [("POST", "/oauth/token")]


def test_sign_in_with_warm_caches_begins_without_any_call(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    nia = person("nia")
    tenant.exchanges()
    nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    assert tenant.exchanges() == []


def test_sign_in_asks_with_pkce_nonce_and_state(person: PersonMaker) -> None:
    nia = person("nia")
    leaving = nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(leaving["Location"]).query).items()}
    assert leaving.status_code == 303
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 32
    assert asked["scope"] == "openid profile email"
    assert asked["redirect_uri"] == "http://localhost:8000/auth/complete/auth0/"
    assert "acr_values" not in asked


def test_sign_in_stores_no_token_anywhere(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    answers = tenant.exchanges("/oauth/token")
    tokens = (
        json.loads(answers[0]["response_body"])
        if isinstance(answers[0]["response_body"], str)
        else (answers[0]["response_body"])
    )
    stored = json.dumps(UserSocialAuth.objects.get().extra_data) + "".join(
        json.dumps(session.get_decoded()) for session in Session.objects.all()
    )
    assert UserSocialAuth.objects.get().extra_data == {}
    for name in ("access_token", "id_token"):
        assert tokens[name]
        assert tokens[name] not in stored


def test_sign_in_replaces_the_session_key(person: PersonMaker) -> None:
    nia = person("nia")
    callback = nia.to_callback(nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/"))
    before = nia.client.session.session_key
    nia.client.get(callback)
    assert nia.client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    ("nick", "is_staff", "is_superuser"), [("nia", False, False), ("sol", True, False), ("ada", True, True)]
)
def test_sign_in_gives_the_flags_of_the_roles(
    person: PersonMaker, nick: str, is_staff: bool, is_superuser: bool
) -> None:
    person(nick).sign_in()
    assert (only_user().is_staff, only_user().is_superuser) == (is_staff, is_superuser)


def test_sign_in_without_the_role_any_more_takes_the_flags_away(tenant: Tenant, person: PersonMaker) -> None:
    person("ada").sign_in()
    tenant.token_fault(set={tenant.roles_claim: []})
    person("ada").sign_in()
    assert (only_user().is_staff, only_user().is_superuser) == (False, False)


def test_sign_in_without_a_configured_claim_makes_nobody_staff(
    tenant: Tenant, person: PersonMaker, settings: Settings
) -> None:
    settings.AUTH0_ROLES_CLAIM = ""
    person("ada").sign_in()
    assert not only_user().is_staff
    assert not only_user().groups.exists()


def test_sign_in_without_a_configured_claim_leaves_flags_and_groups_alone(
    person: PersonMaker, settings: Settings
) -> None:
    settings.AUTH0_ROLES_CLAIM = ""
    support = Group.objects.get(name=STAFF_GROUP)
    person("nia").sign_in()
    User.objects.update(is_staff=True, is_superuser=True)
    only_user().groups.add(support)

    person("nia").sign_in()

    assert (only_user().is_staff, only_user().is_superuser) == (True, True)
    assert list(only_user().groups.all()) == [support]


def test_sign_in_with_an_empty_role_name_makes_nobody_superuser(
    tenant: Tenant, person: PersonMaker, settings: Settings
) -> None:
    settings.AUTH0_SUPERUSER_ROLE = settings.AUTH0_STAFF_ROLE = ""
    tenant.token_fault(set={tenant.roles_claim: [""]})
    person("ada").sign_in()
    assert (only_user().is_staff, only_user().is_superuser) == (False, False)


def test_sign_in_refreshes_the_profile(tenant: Tenant, person: PersonMaker) -> None:
    person("nia").sign_in()
    new = {"email": "nia@new.test", "given_name": "Nia", "family_name": "Okafor", "name": "N" * 300}
    tenant.token_fault(set=new)
    person("nia").sign_in()
    assert (only_user().email, only_user().first_name, only_user().last_name) == (
        "nia@new.test",
        "Nia",
        "Okafor",
    )


def test_sign_in_with_a_very_long_name_cuts_it_to_the_column(tenant: Tenant, person: PersonMaker) -> None:
    tenant.token_fault(set={"name": "N" * 300}, drop=["given_name", "family_name"])
    person("nia").sign_in()
    assert only_user().first_name == "N" * 150


@pytest.mark.parametrize("odd", ["\ud83d", "\x00"])
def test_sign_in_with_a_name_that_no_database_takes_goes_on(
    tenant: Tenant, person: PersonMaker, odd: str
) -> None:
    tenant.token_fault(set={"name": f"Nia{odd}"}, drop=["given_name", "family_name"])
    assert person("nia").sign_in().status_code == 302
    assert only_user().first_name == "Nia\ufffd"


@pytest.mark.parametrize("name", [["Nia"], {"a": "b"}, 7, True])
def test_sign_in_with_a_name_that_is_no_text_has_none(
    tenant: Tenant, person: PersonMaker, name: object
) -> None:
    tenant.token_fault(set={"name": name}, drop=["given_name", "family_name"])
    assert person("nia").sign_in().status_code == 302
    assert only_user().first_name == ""


@pytest.mark.parametrize(
    "next_url",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "http://localhost:8000/test/",
        "javascript:alert(1)",
        "",
    ],
)
def test_sign_in_with_a_foreign_next_goes_to_the_default(person: PersonMaker, next_url: str) -> None:
    nia = person("nia")
    page = nia.client.get("/sign-in/", {"next": next_url})
    assert 'name="next"' not in page.content.decode()
    leaving = nia.client.post("/auth/login/auth0/", {"next": next_url})
    assert nia.come_back(leaving)["Location"] == "/account/security/"


def test_sign_in_goes_on_to_the_local_page_asked_for(person: PersonMaker) -> None:
    assert person("nia").sign_in(to="/account/security/activity/?page=2")["Location"] == (
        "/account/security/activity/?page=2"
    )


def test_callback_with_a_next_of_its_own_is_not_followed(person: PersonMaker) -> None:
    nia = person("nia")
    leaving = nia.submit(nia.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    callback = nia.to_callback(leaving)
    assert nia.client.get(f"{callback}&next=/admin/")["Location"] == "/account/security/"


def test_two_sign_ins_in_two_tabs_each_land_where_they_were_going(person: PersonMaker) -> None:
    nia = person("nia")
    first = nia.client.post("/auth/login/auth0/", {"next": "/first/"})
    nia.client.post("/auth/login/auth0/", {"next": "/second/"})
    assert nia.come_back(first)["Location"] == "/first/"


def test_two_sign_ins_begun_in_the_same_moment_both_arrive(person: PersonMaker) -> None:
    """Two tabs of one browser: each request is sent before the other's cookies are there."""
    nia, twin = person("nia"), person("nia")
    first = nia.client.post("/auth/login/auth0/", {"next": "/first/"})
    second = twin.client.post("/auth/login/auth0/", {"next": "/second/"})
    nia.client.cookies.update(twin.client.cookies)
    one, two = nia.to_callback(first), nia.to_callback(second)
    twin.client.cookies.update(nia.client.cookies)
    assert nia.client.get(one)["Location"] == "/first/"
    assert twin.client.get(two)["Location"] == "/second/"


@pytest.mark.usefixtures("gated_site")
def test_two_step_ups_begun_in_the_same_moment_both_arrive(tess: Person) -> None:
    """The first request writes the session that it read before the second one changed it."""
    leaving = [begin_step_up(tess)]
    as_read = tess.client.session
    as_read.items()
    leaving.append(begin_step_up(tess))
    as_read.save()
    for one in leaving:
        assert tess.come_back(one)["Location"] == GATED


def test_sign_in_page_when_signed_in_goes_on(tess: Person) -> None:
    assert tess.client.get("/sign-in/", {"next": "/step-up/"})["Location"] == "/step-up/"
    assert tess.client.get("/sign-in/", {"next": "/sign-in/"})["Location"] == "/account/security/"


def test_begin_by_get_is_not_allowed(client: Client) -> None:
    assert client.get("/auth/login/auth0/").status_code == 405


@pytest.mark.parametrize("dropped", [None, "django.middleware.csrf.CsrfViewMiddleware"])
def test_begin_from_another_site_is_refused(tenant: Tenant, settings: Settings, dropped: str | None) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != dropped]
    assert Client(enforce_csrf_checks=True).post("/auth/login/auth0/").status_code == 403


@pytest.mark.parametrize("path", ["/auth/login/google/", "/auth/complete/google/"])
def test_another_backend_is_not_found(client: Client, db: None, path: str) -> None:
    method = client.post if "login" in path else client.get
    assert method(path).status_code == 404


def test_unlinking_the_only_identity_has_no_address() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("social:disconnect", args=["auth0"])


def test_deactivated_person_is_signed_out_at_once(tess: Person) -> None:
    User.objects.update(is_active=False)
    assert tess.client.get("/account/security/")["Location"].startswith("/sign-in/")


def test_permissions_come_from_groups_and_users(person: PersonMaker) -> None:
    person("ada").sign_in()
    assert only_user().has_perm("users.view_user")
    assert not User.objects.create(username="x").has_perm("users.view_user")


def test_password_lets_nobody_in(client: Client, db: None) -> None:
    User.objects.create_user("local", password="demo-Passw0rd!")
    assert not client.login(username="local", password="demo-Passw0rd!")


def test_username_differs_where_subjects_look_alike() -> None:
    names = {username_for(sub) for sub in ("auth0|a", "auth0.a", "auth0/a", "auth0|A", "x" * 255, "x" * 254)}
    assert len(names) == 6
    assert all(len(name) <= 150 for name in names)
