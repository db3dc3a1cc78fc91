"""Post-login Actions at the tenant: what each call of `api` does to a sign-in, and how one fails."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.application import Application
from tests.support.second_factor import PAPE_MFA, SecondFactor
from tests.support.tenant import Tenant
from tests.support.tenant_pages import TenantBrowser

Asked = Callable[[str], SecondFactor]
NIA, TESS = "nia@example.test", "tess@example.test"
CLAIM = "https://site.example/claim"


def action(body: str) -> str:
    return f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};"


def told(application: Application, visitor: TenantBrowser, who: str = NIA, **parameters: str | None) -> Any:
    """The value that the bound Action has put into the claim."""
    return application.id_claims(visitor, who, **parameters)[CLAIM]


def test_event_tells_of_person_request_and_transaction(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(action(f'api.idToken.setCustomClaim("{CLAIM}", event);'))
    event = told(application, visitor, acr_values=f"{PAPE_MFA} other", max_age="60")
    assert event["user"]["email"] == NIA
    assert event["user"]["enrolledFactors"] == [{"type": "email", "options": {}}]
    assert event["transaction"]["acr_values"] == [PAPE_MFA, "other"]
    assert event["transaction"]["requested_scopes"] == ["openid", "profile", "email"]
    assert [method["name"] for method in event["authentication"]["methods"]] == ["pwd"]
    assert event["authentication"]["methods"][0]["timestamp"].endswith("Z")
    assert (event["client"]["client_id"], event["secrets"]) == ("demo-web", {})
    assert "riskAssessment" not in event["authentication"]
    assert (tenant["nia"].password or "") not in str(event)


def test_enrolled_factors_are_named_as_actions_name_them(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(action(f'api.idToken.setCustomClaim("{CLAIM}", event.user.enrolledFactors);'))
    types = [factor["type"] for factor in told(application, visitor, TESS)]
    assert sorted(types) == ["email", "otp", "phone", "recovery-code"]


def test_secrets_reach_the_action_alone(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(action(f'api.idToken.setCustomClaim("{CLAIM}", event.secrets.WORD);'), WORD="hush")
    assert told(application, visitor) == "hush"


def test_restricted_claims_are_dropped_without_a_word(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    names = ["amr", "roles", "https://my.auth0.com/x", "sub", CLAIM]
    calls = "".join(f'api.idToken.setCustomClaim("{name}", "mine");' for name in names)
    tenant.run_action(action(calls))
    claims = application.id_claims(visitor, NIA)
    assert [name for name in names if claims.get(name) == "mine"] == [CLAIM]


def test_claims_and_scopes_of_the_access_token(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(
        action(
            f'api.accessToken.setCustomClaim("{CLAIM}", 1); api.accessToken.setCustomClaim("plain", 1);'
            'api.accessToken.removeScope("read:me:factors"); api.accessToken.addScope("extra");'
        )
    )
    scope = "openid read:me:factors delete:me:authentication_methods"
    tokens = application.tokens(visitor, NIA, audience=f"{tenant.base_url}/me/", scope=scope)
    claims = application.claims(tokens["access_token"])
    assert claims["scope"] == tokens["scope"] == "openid delete:me:authentication_methods extra"
    assert (claims[CLAIM], "plain" in claims) == (1, False)


@pytest.mark.parametrize("remember", ["true", "false"])
def test_enable_asks_at_the_end_and_offers_to_remember_where_allowed(
    tenant: Tenant, asked: Asked, remember: str
) -> None:
    tenant.run_action(
        action(f'api.multifactor.enable("any", {{ allowRememberBrowser: {remember} }}); event.after = 1;')
    )
    tess = asked("tess").sign_in(acr_values=None)
    assert tess.page.path.startswith("/u/mfa/challenge/")
    assert ('name="remember"' in tess.page.html) is (remember == "true")


def test_enable_none_calls_the_policy_off(tenant: Tenant, asked: Asked) -> None:
    tenant.set_settings(policies=["all-applications"])
    tenant.run_action(action('api.multifactor.enable("none");'))
    assert "code" in asked("tess").sign_in(acr_values=None).answer


def test_challenge_with_pauses_and_the_next_action_sees_what_was_proved(tenant: Tenant, asked: Asked) -> None:
    tenant.control(
        "actions",
        {"name": "ask", "code": action('api.authentication.challengeWith({ type: "otp" });')},
    )
    types = "event.authentication.methods.map((method) => method.type)"
    report = action(f'api.idToken.setCustomClaim("{CLAIM}", {types});')
    tenant.control("actions", {"name": "report", "code": report, "bindings": ["ask", "report"]})
    tess = asked("tess").sign_in(acr_values=None)
    assert (tess.factor, tess.offered()) == ("otp", ["otp"])
    tess.type(tenant.code_for(tess.account))
    claims = tess.claims
    assert (claims[CLAIM], claims["amr"]) == ([None, "otp"], ["mfa"])


def test_challenge_overrides_enable_and_is_not_asked_twice(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(
        action(
            'api.multifactor.enable("any"); api.authentication.challengeWith({ type: "otp" });'
            'api.authentication.challengeWithAny([{ type: "otp" }, { type: "phone" }]);'
        )
    )
    tess = asked("tess").sign_in(acr_values=None)
    assert "code" in tess.type(tenant.code_for(tess.account)).answer


def test_two_challenges_ask_for_two_factors(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(
        action(
            'api.authentication.challengeWith({ type: "otp" });'
            'api.authentication.challengeWith({ type: "phone" }, { additionalFactors: [{ type: "email" }] });'
        )
    )
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account))
    assert tess.offered() == ["sms", "voice", "email"]
    tess.use("sms").type(tess.texts("sms")[-1])
    assert "code" in tess.answer


def test_email_alone_answers_a_challenge_that_names_it(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(action('api.authentication.challengeWith({ type: "email" });'))
    nia = asked("nia").sign_in(acr_values=None)
    assert nia.factor == "email"
    assert nia.type(nia.texts("email")[-1]).claims["amr"] == ["mfa"]


def test_challenge_that_nobody_can_answer_ends_the_sign_in(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(action('api.authentication.challengeWith({ type: "webauthn-roaming" });'))
    assert asked("tess").sign_in(acr_values=None).answer["error"] == "access_denied"
    assert [entry["type"] for entry in tenant.read("logs?type=mfar")] == ["mfar"]


def test_enroll_with_comes_after_a_factor_that_is_there(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(action('api.authentication.enrollWithAny([{ type: "push-notification" }]);'))
    tess = asked("tess").sign_in(acr_values=None)
    assert tess.page.path.startswith("/u/mfa/challenge/")
    tess.use("otp").type(tenant.code_for(tess.account))
    assert tess.page.path == "/u/mfa/enroll/push-notification"


def test_enroll_with_enrolls_a_first_factor(tenant: Tenant, asked: Asked) -> None:
    tenant.run_action(action('api.authentication.enrollWith({ type: "phone" });'))
    nia = asked("nia").sign_in(acr_values=None).use("sms").fill("start", to="+15555550177")
    nia.type(nia.texts("sms")[-1])
    nia.save_recovery_code()
    assert "code" in nia.answer


def test_deny_ends_the_sign_in_and_later_actions_do_not_run(tenant: Tenant, asked: Asked) -> None:
    tenant.control("actions", {"name": "late", "code": action("throw new Error('ran');")})
    tenant.control("actions", {"name": "deny", "code": action("api.access.deny('Not today');")})
    tenant.bind("deny", "late")
    answer = asked("nia").sign_in(acr_values=None).answer
    assert (answer["error"], answer["error_description"]) == ("access_denied", "Not today")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("event.transaction.nothing.here;", "cannot read property 'here' of undefined"),
        ("for (;;);", "interrupted"),
        ("const all = []; for (;;) all.push('x'.repeat(1e6) + all.length);", "memory"),
        ("await new Promise(() => {});", "did not come to an end"),
        ("const again = () => again(); again();", "call stack"),
        ("require('axios');", "Cannot find module 'axios'"),
        ("api.multifactor.enable('sms');", "Unknown provider: sms"),
        ("api.authentication.enrollWith({ type: 'email' });", "Unknown factor: email"),
    ],
)
def test_action_that_fails_ends_the_sign_in(tenant: Tenant, asked: Asked, body: str, why: str) -> None:
    tenant.run_action(action(body))
    answer = asked("nia").sign_in(acr_values=None).answer
    assert answer["error"] == "access_denied"
    assert why in answer["error_description"]


def test_silent_sign_in_that_has_to_ask_is_refused(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    application.sign_in(visitor, TESS)
    tenant.run_action(action('api.multifactor.enable("any");'))
    assert application.sign_in(visitor, TESS, prompt="none")["error"] == "interaction_required"


def test_console_goes_to_the_log_of_the_tenant(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(action("console.log('methods', event.authentication.methods.length);"))
    application.sign_in(visitor, NIA)
    (line,) = tenant.read("logs?type=action_console")
    assert (line["description"], line["details"]["action"]) == ("methods 1", "test")


def test_nothing_of_one_run_is_left_for_the_next(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action("let runs = 0;" + action(f'api.idToken.setCustomClaim("{CLAIM}", ++runs);'))
    assert [told(application, visitor), told(application, visitor)] == [1, 1]


def test_risk_is_told_of_the_next_sign_in_alone(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    tenant.run_action(action(f'api.idToken.setCustomClaim("{CLAIM}", event.authentication.riskAssessment);'))
    tenant.set_risk("low", NewDevice={"confidence": "low", "code": "no_match"})
    first = told(application, visitor)
    assert (first["confidence"], first["assessments"]["NewDevice"]["code"]) == ("low", "no_match")
    assert told(application, visitor) is None


def refreshed(application: Application, visitor: TenantBrowser) -> Any:
    tokens = application.tokens(visitor, NIA, scope="openid offline_access")
    return lambda: application.token("refresh_token", refresh_token=tokens["refresh_token"])


def test_refresh_runs_the_actions_anew(
    tenant: Tenant, visitor: TenantBrowser, application: Application
) -> None:
    refresh = refreshed(application, visitor)
    tenant.run_action(action(f'api.idToken.setCustomClaim("{CLAIM}", event.transaction.protocol);'))
    assert application.claims(refresh().json()["id_token"])[CLAIM] == "oauth2-refresh-token"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("api.multifactor.enable('any');", "mfa_required"),
        ("api.authentication.challengeWith({ type: 'email' });", "mfa_required"),
        ("api.access.deny('no');", "access_denied"),
        ("throw new Error('broken');", "access_denied"),
    ],
)
def test_refresh_can_ask_nobody_for_anything(
    tenant: Tenant, visitor: TenantBrowser, application: Application, body: str, error: str
) -> None:
    refresh = refreshed(application, visitor)
    tenant.run_action(action(body))
    answer = refresh()
    assert (answer.status_code, answer.json()["error"]) == (403, error)


def test_reset_comes_back_to_the_actions_that_were_kept(tenant: Tenant) -> None:
    before = tenant.read("actions")
    tenant.run_action(action(""))
    tenant.reset()
    assert tenant.read("actions") == before
