"""Reading, renaming and deleting through the My Account API; who gets in, and how often."""

import httpx
import pytest

from tests.plugins.tenant_apis import MY_ACCOUNT_SCOPES, TenantApis
from tests.support.tenant import Tenant

METHODS = "/authentication-methods"


@pytest.fixture
def tess(tenant: Tenant, apis: TenantApis) -> httpx.Client:
    return apis.my_account(tenant["tess"])


def listed(me: httpx.Client, query: str = "") -> list[dict[str, object]]:
    found: list[dict[str, object]] = me.get(f"{METHODS}{query}").json()["authentication_methods"]
    return found


def path(kind: str) -> str:
    return f"{METHODS}/{kind}%7Cdev_tess_{kind.replace('-', '_')}"


def test_list_shows_the_persons_own_methods(tess: httpx.Client) -> None:
    assert [(each["type"], each["usage"]) for each in listed(tess)] == [
        ("totp", ["secondary"]),
        ("phone", ["secondary"]),
        ("recovery-code", ["secondary"]),
        ("password", ["primary"]),
    ]


def test_list_by_type_shows_that_type_alone(tess: httpx.Client) -> None:
    assert [each["type"] for each in listed(tess, "?type=phone")] == ["phone"]


def test_list_by_an_unknown_type_is_refused(tess: httpx.Client) -> None:
    response = tess.get(f"{METHODS}?type=sms")
    assert (response.status_code, response.json()["validation_errors"][0]["source"]) == (400, "query")


def test_passkey_has_no_confirmed_member(tenant: Tenant, apis: TenantApis) -> None:
    (passkey,) = listed(apis.my_account(tenant["pat"]), "?type=passkey")
    assert "confirmed" not in passkey
    assert passkey["relying_party_id"] == "localhost"


def test_factors_are_those_that_the_tenant_has_on(tenant: Tenant, tess: httpx.Client) -> None:
    tenant.set_settings(factors={"sms": False, "otp": False})
    kinds = [factor["type"] for factor in tess.get("/factors").json()["factors"]]
    assert "push-notification" in kinds
    assert not {"phone", "totp"} & set(kinds)


def test_method_is_read_by_its_id(tess: httpx.Client) -> None:
    assert tess.get(path("totp")).json()["name"] == "Phone app"


def test_method_of_somebody_else_is_not_found(tenant: Tenant, apis: TenantApis) -> None:
    ada = apis.my_account(tenant["ada"])
    for call in (ada.get, ada.delete):
        response = call(path("totp"))
        assert response.status_code == 404
        assert response.json()["type"] == "https://auth0.com/api-errors/A0E-404-0001"
    assert ada.patch(path("totp"), json={"name": "Mine now"}).status_code == 404


def test_rename_is_kept(tess: httpx.Client) -> None:
    assert tess.patch(path("totp"), json={"name": "New phone"}).json()["name"] == "New phone"
    assert tess.get(path("totp")).json()["name"] == "New phone"


@pytest.mark.parametrize(
    "body", [{"name": "x" * 21}, {"colour": "blue"}, {"preferred_authentication_method": "voice"}]
)
def test_change_that_makes_no_sense_is_refused(tess: httpx.Client, body: dict[str, str]) -> None:
    assert tess.patch(path("totp"), json=body).status_code == 400
    assert tess.get(path("totp")).json()["name"] == "Phone app"


def test_preferred_method_of_a_phone_is_kept(tess: httpx.Client) -> None:
    done = tess.patch(path("phone"), json={"preferred_authentication_method": "voice"}).json()
    assert done["preferred_authentication_method"] == "voice"


def test_delete_answers_nothing_and_removes_it(tess: httpx.Client) -> None:
    response = tess.delete(path("phone"))
    assert (response.status_code, response.content) == (204, b"")
    assert tess.get(path("phone")).status_code == 404


def test_delete_of_the_password_is_a_conflict(tess: httpx.Client) -> None:
    (password,) = listed(tess, "?type=password")
    response = tess.delete(f"{METHODS}/{str(password['id']).replace('|', '%7C')}")
    assert response.status_code == 409
    assert len(listed(tess, "?type=password")) == 1


SCOPED = [
    ("GET", "/factors", "read:me:factors"),
    ("GET", METHODS, "read:me:authentication_methods"),
    ("GET", path("totp"), "read:me:authentication_methods"),
    ("POST", METHODS, "create:me:authentication_methods"),
    ("POST", f"{path('totp')}/verify", "create:me:authentication_methods"),
    ("PATCH", path("totp"), "update:me:authentication_methods"),
    ("DELETE", path("totp"), "delete:me:authentication_methods"),
]


@pytest.mark.parametrize(("method", "where", "scope"), SCOPED)
def test_call_without_its_scope_is_forbidden(
    tenant: Tenant, apis: TenantApis, method: str, where: str, scope: str
) -> None:
    others = [each for each in MY_ACCOUNT_SCOPES if each != scope]
    response = apis.my_account(tenant["tess"], *others).request(method, where)
    assert response.status_code == 403
    assert response.json()["type"] == "https://auth0.com/api-errors/A0E-403-0002"


def test_call_without_a_token_is_unauthorized(tenant: Tenant) -> None:
    response = tenant.http.get(f"{tenant.base_url}/me/v1/factors", timeout=10)
    assert response.json()["type"] == "https://auth0.com/api-errors/A0E-401-0001"
    assert response.status_code == 401


def test_call_with_a_machines_token_is_unauthorized(tenant: Tenant, apis: TenantApis) -> None:
    response = apis.my_account(tenant["tess"], token=apis.machine_token()).get("/factors")
    assert response.json()["type"] == "https://auth0.com/api-errors/A0E-401-0003"


def test_call_of_a_person_who_was_blocked_is_unauthorized(tenant: Tenant, tess: httpx.Client) -> None:
    tenant.add_user(email="tess@example.test", blocked=True)
    assert tess.get("/factors").status_code == 401


def test_tenant_without_my_account_knows_no_such_path(tenant: Tenant, tess: httpx.Client) -> None:
    tenant.set_settings(my_account_active=False)
    response = tess.get("/factors")
    assert response.status_code == 404
    assert response.json()["type"] == "https://auth0.com/api-errors/A0E-404-0001"


def test_path_that_this_api_does_not_have_is_not_found(tess: httpx.Client) -> None:
    response = tess.get("/sessions")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/json")


@pytest.mark.parametrize(
    ("plan", "query", "allowed"),
    [("free", "", 2), ("free", "?type=totp", 5), ("paid", "", 5), ("paid", "?type=totp", 10)],
)
def test_person_may_read_so_often_a_minute(
    tenant: Tenant, tess: httpx.Client, plan: str, query: str, allowed: int
) -> None:
    tenant.set_settings(rate_limits=True, plan=plan)
    for _ in range(allowed):
        assert tess.get(f"{METHODS}{query}").status_code == 200
    response = tess.get(f"{METHODS}{query}")
    assert response.status_code == 429
    assert response.headers["x-ratelimit-remaining"] == "0"
    assert 0 < int(response.headers["retry-after"]) <= 60


def test_limits_are_each_persons_own_and_refill(tenant: Tenant, apis: TenantApis, tess: httpx.Client) -> None:
    ada = apis.my_account(tenant["ada"])
    tenant.set_settings(rate_limits=True, plan="paid")
    statuses = [tess.get("/factors").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    tenant.clock(2)
    assert ada.get("/factors").status_code == 200
    tenant.clock(61)
    assert tess.get("/factors").status_code == 200


def test_limit_of_the_whole_tenant_says_so(tenant: Tenant, apis: TenantApis) -> None:
    people = [apis.my_account(tenant[nick]) for nick in ("nia", "tess", "ada", "sol")]
    tenant.set_settings(rate_limits=True, plan="free")
    answers = [person.get("/factors") for person in people]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["x-auth0-error-kind"] for answer in refused} == {"global-rate-limit"}


def test_default_policy_asks_for_a_second_factor_before_it_gives_a_token(
    tenant: Tenant, apis: TenantApis
) -> None:
    tenant.set_settings(default_policy=True)
    apis.my_account(tenant["ada"])
    (session,) = list(apis.management().users.sessions.list(tenant["ada"].sub))
    assert session.authentication is not None
    assert [method.name for method in session.authentication.methods or []] == ["pwd", "mfa"]
