"""The token endpoint: who may ask, codes once only, PKCE, machine tokens."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.support.application import Application
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

NIA = "nia@example.test"


def error(response: requests.Response) -> tuple[int, str]:
    body = response.json()
    assert set(body) == {"error", "error_description"}
    return response.status_code, body["error"]


def test_code_is_traded_for_tokens_that_must_not_be_cached(
    visitor: TenantBrowser, application: Application
) -> None:
    response = application.trade(application.sign_in(visitor, NIA)["code"])
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json()) == {"access_token", "id_token", "expires_in", "token_type"}
    assert response.json()["token_type"] == "Bearer"


def test_refresh_token_comes_with_offline_access_only(
    visitor: TenantBrowser, application: Application
) -> None:
    assert "refresh_token" not in application.tokens(visitor, NIA)
    assert "refresh_token" in application.tokens(visitor, NIA, scope="openid offline_access")


def test_id_token_comes_with_openid_only(visitor: TenantBrowser, application: Application) -> None:
    assert "id_token" not in application.tokens(visitor, NIA, scope="profile")


def test_code_is_good_once(visitor: TenantBrowser, application: Application) -> None:
    code = application.sign_in(visitor, NIA)["code"]
    assert application.trade(code).ok
    assert error(application.trade(code)) == (400, "invalid_grant")


def test_code_is_good_once_even_for_two_at_the_same_time(
    visitor: TenantBrowser, application: Application
) -> None:
    code = application.sign_in(visitor, NIA)["code"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(application.trade, [code] * 4))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


def test_code_expires(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    code = application.sign_in(visitor, NIA)["code"]
    tenant.clock(61)
    assert error(application.trade(code)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": "made-up"}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code_verifier": "wrong" * 10}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:8000/"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
    ],
)
def test_trade_with_a_bad_parameter_is_refused(
    visitor: TenantBrowser, application: Application, changes: dict[str, str | None], expected: str
) -> None:
    code = application.sign_in(visitor, NIA)["code"]
    assert error(application.trade(**{"code": code, **changes})) == (400, expected)  # type: ignore[arg-type]


def test_verifier_without_a_challenge_is_refused(visitor: TenantBrowser, application: Application) -> None:
    bare = application.sign_in(visitor, NIA, code_challenge=None, code_challenge_method=None)
    assert error(application.trade(bare["code"])) == (400, "invalid_grant")


def test_code_without_pkce_is_traded_without_a_verifier(
    visitor: TenantBrowser, application: Application
) -> None:
    bare = application.sign_in(visitor, NIA, code_challenge=None, code_challenge_method=None)
    assert application.trade(bare["code"], code_verifier=None).ok


def test_plain_challenge_is_the_verifier_itself(visitor: TenantBrowser, application: Application) -> None:
    answer = application.sign_in(
        visitor, NIA, code_challenge=application.verifier, code_challenge_method="plain"
    )
    assert application.trade(answer["code"]).ok


def test_code_of_another_application_is_refused(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.control(
        "clients",
        {"client_id": "other", "client_secret": "demo-other", "grant_types": ["authorization_code"]},
    )
    code = application.sign_in(visitor, NIA)["code"]
    other = application.trade(code, client_id="other", client_secret="demo-other")
    assert error(other) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [{"client_secret": "wrong"}, {"client_secret": None}, {"client_id": "nobody"}, {"client_id": None}],
)
def test_application_that_is_not_who_it_says_is_refused(
    application: Application, changes: dict[str, str | None]
) -> None:
    assert error(application.token("client_credentials", **changes)) == (401, "invalid_client")


def test_each_application_has_one_way_to_authenticate(tenant: Tenant, application: Application) -> None:
    url, credentials = f"{tenant.base_url}/oauth/token", ("demo-management", "demo-management-secret")
    body = {"grant_type": "client_credentials", "audience": f"{tenant.base_url}/api/v2/"}
    posted = {"client_id": credentials[0], "client_secret": credentials[1]}
    assert error(requests.post(url, data=body, auth=credentials, timeout=5)) == (401, "invalid_client")
    assert requests.post(url, data=body | posted, timeout=5).ok

    tenant.control(
        "clients", {"client_id": credentials[0], "token_endpoint_auth_method": "client_secret_basic"}
    )
    assert requests.post(url, data=body, auth=credentials, timeout=5).ok
    assert error(requests.post(url, data=body | posted, timeout=5)) == (401, "invalid_client")


def test_grant_type_is_checked(application: Application) -> None:
    assert error(application.token(None)) == (400, "invalid_request")
    assert error(application.token("telepathy")) == (400, "unsupported_grant_type")


def test_grant_that_the_application_lacks_is_refused(tenant: Tenant, application: Application) -> None:
    tenant.control("clients", {"client_id": "demo-web", "grant_types": ["authorization_code"]})
    assert error(application.token("refresh_token", refresh_token="x")) == (403, "unauthorized_client")


def test_blocked_person_gets_no_token(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    code = application.sign_in(visitor, NIA)["code"]
    tenant.add_user(email=NIA, blocked=True)
    assert error(application.trade(code)) == (403, "unauthorized")


def test_machine_token_names_client_audience_and_scopes(tenant: Tenant) -> None:
    management = Application(tenant, "demo-management", "demo-management-secret")
    audience = f"{tenant.base_url}/api/v2/"
    tenant.control(
        "clients", {"client_id": "demo-management", "grants": {audience: ["read:users", "update:users"]}}
    )
    answer = management.token("client_credentials", audience=audience).json()
    claims = management.claims(answer["access_token"])
    assert claims["sub"] == "demo-management@clients"
    assert (claims["aud"], claims["azp"], claims["gty"]) == (
        audience,
        "demo-management",
        "client-credentials",
    )
    assert claims["scope"] == answer["scope"] == "read:users update:users"
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 86400


@pytest.mark.parametrize(
    ("audience", "scope", "expected"),
    [
        (None, None, (400, "invalid_request")),
        ("https://unknown.example/", None, (403, "access_denied")),
        ("{base}/me/", None, (403, "access_denied")),
        ("{base}/api/v2/", "delete:everything", (403, "access_denied")),
    ],
)
def test_machine_token_beyond_the_grants_is_refused(
    tenant: Tenant, audience: str | None, scope: str | None, expected: tuple[int, str]
) -> None:
    management = Application(tenant, "demo-management", "demo-management-secret")
    audience = audience and audience.format(base=tenant.base_url)
    assert error(management.token("client_credentials", audience=audience, scope=scope)) == expected
