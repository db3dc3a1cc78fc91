"""Gates: decorator, mixin, path rules, the admin, and the answer that each kind of client understands."""

from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.views import View
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.auth0.claims import PAPE_MFA
from accounts.step_up.gates import StepUpRequiredMixin, step_up_required
from tests.accounts.conftest import PersonMaker, Response
from tests.accounts.steps import asked
from tests.support.person import Person
from tests.support.tenant import Tenant

GATED = [
    "/test/function/",
    "/test/two-minutes/",
    "/test/class/",
    "/test/overrides-dispatch/",
    "/test/overrides-as-view/",
    "/test/forgets/",
]
FETCH = {"Sec-Fetch-Mode": "cors"}


@pytest.fixture(autouse=True)
def _site(gated_site: None) -> None:
    """Every test here wants the gated views."""


def assert_asks_for_step_up(response: Response, next_url: str) -> None:
    target = urlsplit(response["Location"])
    assert (response.status_code, target.path) == (302, "/step-up/")
    assert parse_qs(target.query)["next"] == [next_url]


@pytest.mark.parametrize("path", GATED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_gate_holds_however_the_view_was_written(tess: Person, path: str, method: str) -> None:
    response = getattr(tess.client, method)(path)
    assert urlsplit(response["Location"]).path == "/step-up/"


@pytest.mark.parametrize("path", GATED)
def test_gate_opens_after_a_step_up(tess: Person, path: str) -> None:
    tess.step_up(path)
    assert tess.client.get(path).content == b"opened by GET"


@pytest.mark.parametrize("path", GATED)
def test_gate_asks_strangers_to_sign_in_first(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response["Location"] == f"/sign-in/?next={path.replace('/', '%2F')}"


def test_view_without_a_gate_is_left_alone(tess: Person) -> None:
    assert tess.client.get("/test/plain/").content == b"opened by GET"


def test_mixin_after_the_view_class_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="before the view class"):
        type("Wrong", (View, StepUpRequiredMixin), {})


def test_decorator_on_a_class_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="StepUpRequiredMixin"):
        step_up_required(cast(Any, View))


def test_decorator_alone_refuses_without_any_middleware(settings: Settings, tess: Person) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "StepUp" not in name]
    tess.client.raise_request_exception = False
    tess.client.handler.load_middleware()
    for path in ("/test/function/", "/test/class/", "/test/overrides-dispatch/"):
        assert tess.client.get(path).status_code == 500


def test_decorator_keeps_the_views_name_and_docstring() -> None:
    @step_up_required
    def documented(request: HttpRequest) -> HttpResponse:
        """Say something."""
        return HttpResponse()

    assert (documented.__name__, documented.__doc__) == ("documented", "Say something.")


@pytest.mark.parametrize(
    ("rules", "path", "is_gated"),
    [
        (["/test/plain/"], "/test/plain/", True),
        (["/test/plain"], "/test/plain/", True),
        (["/test"], "/test/plain/", True),
        (["/test/"], "/test/plain/", True),
        (["/test/pla"], "/test/plain/", False),
        (["/other/"], "/test/plain/", False),
        ([{"path": "/test/", "mfa_within": 60}], "/test/plain/", True),
        ([{"path": "/test/", "login_within": 60}], "/test/plain/", False),
        ([{"path": "/test/", "login_within": 60, "mfa_within": 60}], "/test/plain/", True),
    ],
)
def test_path_rule_gates_its_prefix(
    settings: Settings, person: PersonMaker, rules: Any, path: str, is_gated: bool
) -> None:
    settings.STEP_UP_RULES = rules
    tess = person("tess")
    tess.sign_in()
    response = tess.client.get(path)
    assert (response.status_code == 302) is is_gated
    tess.step_up(path)
    assert tess.client.get(path).status_code == 200


def test_path_rule_for_the_whole_site_leaves_the_way_in_open(settings: Settings, person: PersonMaker) -> None:
    settings.STEP_UP_RULES = ["/"]
    tess = person("tess")
    assert tess.client.get("/")["Location"] == "/sign-in/?next=%2F"
    assert tess.open("/").request["PATH_INFO"] == "/"
    assert tess.client.post("/logout/").status_code == 303


def test_malformed_path_rule_stops_the_site(settings: Settings, db: None) -> None:
    settings.STEP_UP_RULES = [{"prefix": "/billing/"}]
    with pytest.raises(ValueError, match="neither a path"):
        Client().get("/")


def test_gate_looks_at_session_and_user_alone(
    tenant: Tenant, tess: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tess.step_up(GATED[0])
    tenant.exchanges()
    with django_assert_max_num_queries(2):
        assert tess.client.get(GATED[0]).status_code == 200
    assert tenant.exchanges() == []


# Scripts


def test_script_is_told_what_is_missing_and_where_to_go(tess: Person) -> None:
    page = "http://localhost:8000/test/plain/?tab=2"
    response = tess.client.post("/test/function/", headers={**FETCH, "Referer": page})
    assert response.status_code == 403
    assert response.json() == {
        "error": "insufficient_user_authentication",
        "error_description": "A fresh proof that it is you is needed for this.",
        "reason": "mfa_missing",
        "acr_values": PAPE_MFA,
        "mfa_within": 900,
        "url": "/step-up/?next=%2Ftest%2Fplain%2F%3Ftab%3D2",
    }
    assert response["Cache-Control"] == "no-store"


def test_script_is_told_of_a_login_that_is_too_old(settings: Settings, person: PersonMaker) -> None:
    nia = person("nia")
    nia.sign_in()
    session = nia.client.session
    session["accounts_assurance"] = {**session["accounts_assurance"], "login_at": None}
    session.save()
    refusal = nia.client.get("/test/login/", headers=FETCH).json()
    assert (refusal["reason"], refusal["max_age"]) == ("login_missing", 600)
    assert "acr_values" not in refusal


def test_script_that_is_not_signed_in_is_told_so(client: Client, db: None) -> None:
    response = client.get("/test/function/", headers=FETCH)
    assert (response.status_code, response.json()["error"]) == (401, "login_required")
    assert response.json()["url"] == "/sign-in/?next=%2Ftest%2Ffunction%2F"


def test_htmx_is_sent_on_by_its_own_header(tess: Person) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost:8000/test/plain/"}
    response = tess.client.post("/test/function/", headers=headers)
    assert response.status_code == 403
    assert response["HX-Redirect"] == "/step-up/?next=%2Ftest%2Fplain%2F"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Sec-Fetch-Mode": "navigate"}, 302),
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, 302),
        ({"Accept": "*/*"}, 302),
        ({"Accept": "application/json"}, 403),
        ({"Accept": "application/json, text/html;q=0.5"}, 403),
        ({"X-Requested-With": "XMLHttpRequest"}, 403),
        ({"Sec-Fetch-Mode": "same-origin"}, 403),
    ],
)
def test_client_kind_is_told_by_its_headers(tess: Person, headers: dict[str, str], status: int) -> None:
    assert tess.client.get("/test/function/", headers=headers).status_code == status


# The admin


def test_admin_asks_staff_for_a_second_factor(person: PersonMaker) -> None:
    ada = person("ada")
    ada.sign_in()
    assert_asks_for_step_up(ada.client.get("/admin/"), "/admin/")
    ada.step_up("/admin/")
    assert ada.client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/nowhere/", "/admin/users/user/", "/admin/jsi18n/"])
def test_admin_tells_who_is_not_staff_that_it_is_closed(tess: Person, path: str) -> None:
    tess.step_up("/")
    response = tess.client.get(path)
    assert response.status_code == 403
    assert "This part of the site is for staff" in response.content.decode()


@pytest.mark.parametrize("path", ["/admin/", "/admin/nowhere/", "/admin/users/user/?q=1"])
def test_admin_asks_strangers_to_sign_in(client: Client, db: None, path: str) -> None:
    target = urlsplit(client.get(path)["Location"])
    assert (target.path, parse_qs(target.query)["next"]) == ("/sign-in/", [path])


def test_admin_login_leads_to_the_sign_in_page(client: Client, db: None) -> None:
    assert client.get("/admin/login/")["Location"] == "/sign-in/?next=%2Fadmin%2F"
    response = client.post("/admin/login/?next=/admin/auth/", {"username": "x", "password": "y"})
    assert response["Location"] == "/sign-in/?next=%2Fadmin%2Fauth%2F"


def test_admin_login_of_staff_leads_to_a_step_up_and_on(person: PersonMaker) -> None:
    sol = person("sol")
    sol.sign_in()
    login = "/admin/login/?next=/admin/accounts/"
    assert urlsplit(sol.client.get(login)["Location"]).path == "/step-up/"
    sol.step_up("/admin/")
    assert sol.client.get(login)["Location"] == "/admin/accounts/"
    assert sol.client.get("/admin/login/?next=https://evil.test/")["Location"] == "/admin/"
    assert sol.client.get("/admin/login/?next=/admin/login/")["Location"] == "/admin/"


def test_admin_login_of_somebody_else_is_refused_without_a_loop(tess: Person) -> None:
    assert tess.client.get("/admin/login/?next=/admin/").status_code == 403


def test_admin_logout_ends_the_session_at_the_tenant_too(tenant: Tenant, person: PersonMaker) -> None:
    ada = person("ada")
    ada.open("/admin/")
    response = ada.client.post("/admin/logout/")
    assert response["Location"].startswith(f"{tenant.base_url}/v2/logout?")
    assert "_auth_user_id" not in ada.client.session


def test_admin_walk_from_nothing_ends_in_the_admin_after_one_trip(
    tenant: Tenant, person: PersonMaker
) -> None:
    response = person("ada").open("/admin/auth/")
    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/admin/auth/")
    assert len(tenant.exchanges("/authorize")) == 1


@pytest.mark.parametrize("target", ["/admin/", "/admin/users/user/?q=1", "/admin/nowhere/"])
def test_sign_in_for_the_admin_asks_for_the_second_factor_at_once(
    client: Client, tenant: Tenant, db: None, target: str
) -> None:
    leaving = client.post("/auth/login/auth0/", {"next": target})
    assert asked(leaving)["acr_values"] == PAPE_MFA


@pytest.mark.parametrize("target", ["/account/security/", "/admins/", "/nowhere/?next=/admin/"])
def test_sign_in_for_another_page_asks_for_the_first_factor_alone(
    client: Client, tenant: Tenant, db: None, target: str
) -> None:
    assert "acr_values" not in asked(client.post("/auth/login/auth0/", {"next": target}))


def test_sign_in_for_an_admin_without_a_gate_asks_for_the_first_factor_alone(
    client: Client, tenant: Tenant, db: None, settings: Settings
) -> None:
    settings.ACCOUNT_SECURITY_GATE_ADMIN = False
    assert "acr_values" not in asked(client.post("/auth/login/auth0/", {"next": "/admin/"}))


def test_staff_without_a_second_factor_read_what_to_do(tenant: Tenant, person: PersonMaker) -> None:
    zoe = person(tenant.add_user(email="zoe@example.test", roles=["support"]))
    zoe.sign_in("/admin/")
    response = zoe.client.get("/admin/", follow=True)
    assert response.request["PATH_INFO"] == "/step-up/"
    assert "Add a two-factor method first" in response.content.decode()
