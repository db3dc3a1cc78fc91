"""What the tokens say: claims by scope, the two clocks, audiences."""

import time

from tests.support.application import Application, answer_of
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser

NIA, TESS, ADA = "nia@example.test", "tess@example.test", "ada@example.test"
PAPE_MFA = "http://schemas.openid.net/pape/policies/2007/06/multi-factor"


def pass_mfa(tenant: Tenant, visitor: TenantBrowser, page: object, who: str) -> dict[str, str]:
    """Answer the challenge page with the person's authenticator code."""
    assert isinstance(page, Page)
    assert page.path.startswith("/u/mfa/")
    return answer_of(visitor.submit(page.form("code"), code=tenant.code_for(tenant[who])))


def test_id_token_of_a_plain_sign_in(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    claims = application.id_claims(visitor, NIA)
    assert claims["iss"] == f"{tenant.base_url}/"
    assert (claims["sub"], claims["aud"]) == (tenant["nia"].sub, "demo-web")
    assert claims["nonce"] == "nonce-1"
    assert abs(claims["iat"] - time.time()) < 5
    assert claims["exp"] - claims["iat"] == 36000
    assert (claims["email"], claims["email_verified"]) == (NIA, True)
    assert {"name", "nickname", "picture", "updated_at", "sid"} <= set(claims)
    assert not {"amr", "acr", "auth_time"} & set(claims)


def test_claims_follow_the_scopes(visitor: TenantBrowser, application: Application) -> None:
    bare = application.id_claims(visitor, NIA, scope="openid")
    assert not {"name", "nickname", "picture", "updated_at", "email", "email_verified"} & set(bare)
    assert "email" in application.id_claims(visitor, NIA, scope="openid email")


def test_nonce_is_left_out_when_none_was_sent(visitor: TenantBrowser, application: Application) -> None:
    assert "nonce" not in application.id_claims(visitor, NIA, nonce=None)


def test_roles_come_under_the_namespaced_claim(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    assert application.id_claims(visitor, ADA)[tenant.roles_claim] == ["admin"]


def test_auth_time_is_the_login_and_only_there_when_asked(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    first = application.id_claims(visitor, NIA, max_age="600")
    tenant.clock(100)
    later = application.id_claims(visitor, NIA, max_age="600")
    assert later["auth_time"] == first["auth_time"]
    assert later["iat"] - later["auth_time"] >= 100
    assert "auth_time" not in application.id_claims(visitor, NIA)
    assert "auth_time" in application.id_claims(visitor, NIA, prompt="login")


def test_amr_and_acr_tell_of_mfa_in_this_transaction_only(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    plain = application.id_claims(visitor, TESS)
    page = visitor.open(application.authorize_url(acr_values=PAPE_MFA))
    code = pass_mfa(tenant, visitor, page, "tess")["code"]
    proved = application.claims(application.trade(code).json()["id_token"])
    assert (proved["amr"], proved["acr"]) == (["mfa"], PAPE_MFA)
    assert proved["sid"] == plain["sid"]
    assert not {"amr", "acr"} & set(application.id_claims(visitor, TESS))
    assert not {"amr", "acr"} & set(application.id_claims(visitor, TESS, prompt="none"))


def test_acr_values_without_the_action_prove_nothing(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.bind()
    assert "amr" not in application.id_claims(visitor, TESS, acr_values=PAPE_MFA)


def test_step_up_in_a_session_asks_for_no_password(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, TESS)
    page = visitor.open(application.authorize_url(acr_values=PAPE_MFA))
    assert isinstance(page, Page)
    assert page.path.startswith("/u/mfa/challenge")


def test_access_token_for_an_api_is_a_jwt_without_proof(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    audience = f"{tenant.base_url}/me/"
    scope = "openid read:me:factors delete:me:authentication_methods delete:everything"
    tokens = application.tokens(visitor, TESS, audience=audience, scope=scope)
    claims = application.claims(tokens["access_token"])
    assert tokens["scope"] == "openid read:me:factors delete:me:authentication_methods"
    assert (claims["aud"], claims["scope"]) == (audience, tokens["scope"])
    assert (claims["sub"], claims["azp"]) == (tenant["tess"].sub, "demo-web")
    assert not {"amr", "acr", "auth_time"} & set(claims)


def test_user_grant_cuts_the_scopes(tenant: Tenant, visitor: TenantBrowser, application: Application) -> None:
    audience = f"{tenant.base_url}/me/"
    tenant.control("clients", {"client_id": "demo-web", "user_grants": {audience: ["read:me:factors"]}})
    scope = "openid read:me:factors create:me:authentication_methods"
    assert (
        application.tokens(visitor, NIA, audience=audience, scope=scope)["scope"] == "openid read:me:factors"
    )


def test_access_token_without_an_audience_is_opaque(visitor: TenantBrowser, application: Application) -> None:
    assert "." not in application.tokens(visitor, NIA)["access_token"]
