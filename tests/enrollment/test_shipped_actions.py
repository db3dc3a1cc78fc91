"""Each shipped Action, alone, at the local tenant: every branch of its file."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from enrollment.actions.files import BY_KEY
from tests.support.application import Application
from tests.support.second_factor import PAPE_MFA, SecondFactor
from tests.support.softauthn import SoftAuthenticator
from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import Page, TenantBrowser

Asked = Callable[[str], SecondFactor]
PHISHING_RESISTANT = "http://schemas.openid.net/pape/policies/2007/06/phishing-resistant"
METHODS, RISK = "https://mfaproject.example/methods", "https://mfaproject.example/risk"
PASSWORD = "demo-Passw0rd!"
DEPENDENT = [[], ["email"], ["recovery-code"], ["webauthn-platform"], ["email", "recovery-code"]]


@pytest.fixture
def application(tenant: Tenant) -> Application:
    return Application(tenant)


@pytest.fixture
def asked(application: Application) -> Asked:
    return lambda nick: SecondFactor(application, TenantBrowser(application.tenant.base_url), nick)


@pytest.fixture
def run(tenant: Tenant) -> Callable[..., None]:
    """`run("sign-in", NAME=value)` binds that file alone, with these constants."""

    def bind(key: str, **constants: object) -> None:
        tenant.run_action(BY_KEY[key].code(constants))

    return bind


def eve(tenant: Tenant, *factors: str, **more: Any) -> Account:
    """Somebody with these factors."""
    account: Account = tenant.add_user(
        email="eve@example.test", password=PASSWORD, factors=[_factor(each) for each in factors], **more
    )
    return account


def _factor(kind: str) -> dict[str, Any]:
    more = {
        "phone": {"phone_number": "+15555550188", "preferred_authentication_method": "sms"},
        "email": {"email": "eve@example.test"},
    }
    return {"type": kind, "confirmed": True, **more.get(kind, {})}


class Eve(SecondFactor):
    """The same at the tenant's pages; she is not among the seeded people."""

    def __init__(self, application: Application, account: Account) -> None:
        super().__init__(application, TenantBrowser(application.tenant.base_url), "eve")
        self.eve = account

    @property
    def account(self) -> Account:
        return self.eve


# sign-in


def test_sign_in_asks_in_every_new_browser(run: Callable[..., None], tenant: Tenant, asked: Asked) -> None:
    run("sign-in")
    for _ in range(2):
        tess = asked("tess").sign_in(acr_values=None)
        assert tess.page.path.startswith("/u/mfa/challenge/")
        assert tess.type(tenant.code_for(tess.account)).claims["amr"] == ["mfa"]


@pytest.mark.parametrize("factors", DEPENDENT)
def test_sign_in_makes_nobody_enroll(
    run: Callable[..., None], tenant: Tenant, application: Application, factors: list[str]
) -> None:
    run("sign-in")
    assert "code" in Eve(application, eve(tenant, *factors)).sign_in(acr_values=None).answer


def test_sign_in_asks_again_after_a_new_password_and_not_within_the_session(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("sign-in")
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account))
    assert "code" in tess.sign_in(acr_values=None).answer
    assert tess.sign_in(acr_values=None, prompt="login").page.path.startswith("/u/mfa/challenge/")


def test_remembered_browser_is_not_asked_again(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("sign-in")
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account), remember="on")
    assert "amr" not in tess.sign_in(acr_values=None, prompt="login").claims


@pytest.mark.parametrize(
    ("nick", "constants", "parameters"),
    [
        ("tess", {"REMEMBER_BROWSERS": False}, {}),
        ("ada", {}, {}),
        ("tess", {}, {"acr_values": PAPE_MFA}),
        ("tess", {}, {"acr_values": PHISHING_RESISTANT}),
    ],
)
def test_browser_is_not_remembered_for_staff_or_a_step_up_or_where_it_is_off(
    run: Callable[..., None],
    asked: Asked,
    nick: str,
    constants: dict[str, object],
    parameters: dict[str, str],
) -> None:
    run("sign-in", **constants)
    somebody = asked(nick).sign_in(**{"acr_values": None, **parameters})
    assert somebody.page.path.startswith("/u/mfa/challenge/")
    assert 'name="remember"' not in somebody.page.html


def with_passkey(tenant: Tenant, *factors: str) -> SoftAuthenticator:
    """Give Pat these factors beside the passkey, and return what holds that."""
    pat, key = tenant["pat"], SoftAuthenticator(tenant.base_url)
    passkey = tenant.user(pat)["methods"][0]
    tenant.add_user(sub=pat.sub, email=pat.email, factors=[passkey, *map(_factor, factors)])
    (known,) = tenant.phone()["credentials"]
    key.hold(**{name: known[name] for name in ("credential_id", "private_key", "rp_id", "user_handle")})
    return key


def by_passkey(pat: SecondFactor, key: SoftAuthenticator, **parameters: str | None) -> SecondFactor:
    """Sign in with it, from the login page."""
    login = pat.browser.open(pat.application.authorize_url(**parameters))
    assert isinstance(login, Page)
    return pat.open(f"/u/passkey?{urlsplit(login.url).query}").touch(key)


def test_sign_in_with_a_passkey_asks_for_nothing_more_and_one_with_a_password_after_it_does(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    key = with_passkey(tenant, "totp")
    run("sign-in")
    pat = by_passkey(asked("pat"), key)
    assert "amr" not in pat.claims
    assert pat.sign_in(acr_values=None, prompt="login").factor == "otp"


# step-up


def test_step_up_asks_every_time_and_remembers_nothing(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("step-up")
    tess = asked("tess")
    for _ in range(2):
        tess.sign_in()
        assert 'name="remember"' not in tess.page.html
        assert tess.type(tenant.code_for(tess.account)).claims["amr"] == ["mfa"]
    assert "code" in tess.sign_in(acr_values=None).answer


@pytest.mark.parametrize("factors", DEPENDENT)
def test_step_up_lets_nobody_enroll(
    run: Callable[..., None], tenant: Tenant, application: Application, factors: list[str]
) -> None:
    run("step-up")
    assert "amr" not in Eve(application, eve(tenant, *factors)).sign_in().claims


@pytest.mark.parametrize("factor", ["totp", "push", "phone"])
def test_step_up_asks_for_a_factor_that_stands_alone(
    run: Callable[..., None], tenant: Tenant, application: Application, factor: str
) -> None:
    run("step-up")
    somebody = Eve(application, eve(tenant, "email", factor)).sign_in()
    assert somebody.page.path.startswith("/u/mfa/challenge/")


def test_phishing_resistant_step_up_takes_a_key_and_nothing_else(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    key = SoftAuthenticator(tenant.base_url)
    with_key(tenant, asked, key)
    run("step-up")
    tess = asked("tess").sign_in(acr_values=PHISHING_RESISTANT)
    assert tess.offered() == ["webauthn-roaming"]
    assert tess.touch(key).claims["amr"] == ["mfa"]


def test_phishing_resistant_step_up_of_somebody_without_a_key_proves_nothing(
    run: Callable[..., None], asked: Asked
) -> None:
    run("step-up")
    assert "amr" not in asked("tess").sign_in(acr_values=PHISHING_RESISTANT).claims
    assert asked("tess").sign_in(acr_values=f"{PHISHING_RESISTANT} {PAPE_MFA}").factor == "otp"


def test_phishing_resistant_step_up_takes_a_passkey_of_this_very_sign_in(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    key = with_passkey(tenant, "webauthn-roaming")
    run("step-up")
    pat = by_passkey(asked("pat"), key, acr_values=PHISHING_RESISTANT)
    assert "code" in pat.answer
    tenant.clock(600)
    assert pat.sign_in(acr_values=PHISHING_RESISTANT).factor == "webauthn-roaming"


def test_both_classes_together_take_a_second_factor_besides_the_passkey(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    key = with_passkey(tenant, "totp")
    run("step-up")
    pat = by_passkey(asked("pat"), key, acr_values=f"{PHISHING_RESISTANT} {PAPE_MFA}")
    assert pat.factor == "otp"


def with_key(tenant: Tenant, asked: Asked, key: SoftAuthenticator) -> None:
    """Let Tess enroll a security key, through an Action that asks for one."""
    tenant.run_action(
        "exports.onExecutePostLogin = async (event, api) => "
        'api.authentication.enrollWith({ type: "webauthn-roaming" });'
    )
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account))
    tess.touch(key, name="Key")
    assert "code" in tess.answer


# claims


def test_claims_tell_the_roles_in_both_tokens(
    run: Callable[..., None], tenant: Tenant, application: Application, asked: Asked
) -> None:
    run("claims", ROLES_CLAIM="https://site.example/roles")
    claims = asked("ada").sign_in(acr_values=None).claims
    assert claims["https://site.example/roles"] == ["admin"]
    assert [method["name"] for method in claims[METHODS]] == ["pwd"]
    tokens = application.tokens(
        TenantBrowser(tenant.base_url), "ada@example.test", audience=f"{tenant.base_url}/me/", scope="openid"
    )
    assert application.claims(tokens["access_token"])["https://site.example/roles"] == ["admin"]


def test_claims_without_a_name_for_the_roles_tell_none(run: Callable[..., None], asked: Asked) -> None:
    run("claims", ROLES_CLAIM="")
    claims = asked("ada").sign_in(acr_values=None).claims
    assert "admin" not in str(claims)
    assert METHODS in claims


def test_claims_without_a_name_for_the_methods_tell_none(run: Callable[..., None], asked: Asked) -> None:
    run("claims", METHODS_CLAIM="")
    claims = asked("ada").sign_in(acr_values=None).claims
    assert "pwd" not in str(claims)


def test_claims_tell_of_a_challenge_before_them_with_its_type(tenant: Tenant, asked: Asked) -> None:
    call = "api.authentication.challengeWith({ type: 'otp' });"
    ask = f"exports.onExecutePostLogin = async (event, api) => {call}"
    tenant.control("actions", {"name": "ask", "code": ask})
    tenant.control("actions", {"name": "tell", "code": BY_KEY["claims"].code({})})
    tenant.bind("ask", "tell")
    tess = asked("tess").sign_in(acr_values=None)
    methods = tess.type(tenant.code_for(tess.account)).claims[METHODS]
    assert [(method["name"], method.get("type")) for method in methods] == [("pwd", None), ("mfa", "otp")]


def test_refresh_tells_the_roles_and_nothing_of_a_proof(
    run: Callable[..., None], tenant: Tenant, application: Application
) -> None:
    run("claims")
    browser = TenantBrowser(tenant.base_url)
    tokens = application.tokens(browser, "ada@example.test", scope="openid offline_access")
    answer = application.token("refresh_token", refresh_token=tokens["refresh_token"]).json()
    claims = application.claims(answer["id_token"])
    assert (claims[tenant.roles_claim], METHODS in claims) == (["admin"], False)


# risk


@pytest.mark.parametrize(
    ("confidence", "assessments"),
    [("", {}), ("high", {"NewDevice": {"confidence": "high", "code": "match"}})],
)
def test_sign_in_without_a_risk_is_let_through(
    run: Callable[..., None], tenant: Tenant, asked: Asked, confidence: str, assessments: dict[str, Any]
) -> None:
    run("risk")
    tenant.set_risk(confidence, **assessments)
    claims = asked("tess").sign_in(acr_values=None).claims
    assert not {"amr", RISK} & set(claims)


def test_risk_asks_for_a_factor_even_in_a_remembered_browser(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("sign-in")
    tess = asked("tess").sign_in(acr_values=None)
    tess.type(tenant.code_for(tess.account), remember="on")
    run("risk")
    tenant.set_risk("low", NewDevice={"confidence": "low", "code": "no_match"})
    tess.sign_in(acr_values=None, prompt="login")
    assert sorted(tess.offered()) == ["otp", "sms", "voice"]
    assert tess.type(tenant.code_for(tess.account)).claims[RISK] == ["NewDevice"]


def test_risk_asks_somebody_without_a_factor_for_a_code_by_email(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("risk")
    tenant.set_risk(
        "low", ImpossibleTravel={"confidence": "low", "code": "impossible_travel_from_last_login"}
    )
    nia = asked("nia").sign_in(acr_values=None)
    assert nia.factor == "email"
    assert nia.type(nia.texts("email")[-1]).claims[RISK] == ["ImpossibleTravel"]


def test_risk_tells_of_somebody_who_cannot_be_asked(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("risk")
    tenant.set_settings(factors={"email": False})
    tenant.set_risk("low", NewDevice={"confidence": "low", "code": "no_match"})
    assert asked("nia").sign_in(acr_values=None).claims[RISK] == ["NewDevice"]


def test_risk_notifies_without_asking(run: Callable[..., None], tenant: Tenant, asked: Asked) -> None:
    run("risk")
    tenant.set_risk("medium", NewDevice={"confidence": "medium", "code": "partial_match"})
    claims = asked("tess").sign_in(acr_values=None).claims
    assert (claims[RISK], "amr" in claims) == (["NewDevice"], False)


def test_risk_denies(run: Callable[..., None], tenant: Tenant, asked: Asked) -> None:
    run("risk")
    tenant.set_risk("low", UntrustedIP={"confidence": "low", "code": "found_on_deny_list"})
    answer = asked("tess").sign_in(acr_values=None).answer
    assert answer["error"] == "access_denied"
    assert "looks unsafe" in answer["error_description"]


# first-enrollment

ADDING = "openid create:me:authentication_methods"


def test_first_enrollment_reads_a_code_by_email_first(
    run: Callable[..., None], tenant: Tenant, asked: Asked
) -> None:
    run("first-enrollment")
    nia = asked("nia").sign_in(acr_values=None, scope=ADDING, audience=f"{tenant.base_url}/me/")
    assert nia.factor == "email"
    assert "code" in nia.type(nia.texts("email")[-1]).answer


def test_first_enrollment_leaves_others_alone(run: Callable[..., None], tenant: Tenant, asked: Asked) -> None:
    run("first-enrollment")
    assert "code" in asked("nia").sign_in(acr_values=None).answer
    tess = asked("tess").sign_in(acr_values=None, scope=ADDING, audience=f"{tenant.base_url}/me/")
    assert "code" in tess.answer


def test_first_enrollment_takes_the_scope_where_no_email_can_be_sent(
    run: Callable[..., None], tenant: Tenant, application: Application, asked: Asked
) -> None:
    run("first-enrollment")
    tenant.set_settings(factors={"email": False})
    nia = asked("nia").sign_in(acr_values=None, scope=ADDING, audience=f"{tenant.base_url}/me/")
    assert application.trade(nia.answer["code"]).json()["scope"] == "openid"


# All of them


@pytest.mark.parametrize("key", list(BY_KEY))
def test_action_asks_nobody_at_a_refresh(
    run: Callable[..., None], tenant: Tenant, application: Application, asked: Asked, key: str
) -> None:
    tenant.bind()
    scope = "openid offline_access create:me:authentication_methods"
    tokens = application.tokens(
        TenantBrowser(tenant.base_url), "tess@example.test", scope=scope, audience=f"{tenant.base_url}/me/"
    )
    run(key)
    tenant.set_risk("low", NewDevice={"confidence": "low", "code": "no_match"})
    assert application.token("refresh_token", refresh_token=tokens["refresh_token"]).ok
