"""System checks: each misconfiguration is found, by its id and with a hint."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings
from social_django.models import UserSocialAuth

from accounts.checks import check_tables
from accounts.pipeline import OPTIONAL, PIPELINE
from accounts.signals import second_factor_asked

# Django's own model checks ask the database what it can do, from Django 6.1 on.
pytestmark = pytest.mark.django_db

SOUND = {"AUTH0_ROLES_CLAIM": "https://site.example/roles"}
MIDDLEWARE = "accounts.middleware.StepUpMiddleware"


def found(*, deploy: bool = False) -> dict[str, CheckMessage]:
    messages = run_checks(include_deployment_checks=deploy)
    return {message.id: message for message in messages if message.id and message.id.startswith("accounts.")}


@pytest.fixture(autouse=True)
def _sound(settings: Settings) -> None:
    for name, value in SOUND.items():
        setattr(settings, name, value)


def test_checks_of_a_sound_site_find_nothing() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("check_id", "change"),
    [
        ("E001", {"AUTH0_DOMAIN": ""}),
        ("E002", {"AUTH0_DOMAIN": "https://tenant.eu.auth0.com"}),
        ("E002", {"AUTH0_DOMAIN": "http://tenant.eu.auth0.com"}),
        ("E002", {"AUTH0_DOMAIN": "tenant.eu.auth0.com/"}),
        ("E002", {"AUTH0_DOMAIN": "tenant.eu.auth0.com@evil.test"}),
        ("E002", {"AUTH0_DOMAIN": " tenant.eu.auth0.com"}),
        ("E003", {"AUTH0_CLIENT_ID": ""}),
        ("E003", {"AUTH0_CLIENT_SECRET": ""}),
        ("E004", {"AUTH0_DOMAIN": "tenant.eu.auth0.com"}),
        ("E004", {"AUTH0_MGMT_DOMAIN": "tenant.eu.auth0.com"}),
        ("E006", {"AUTH0_MGMT_DOMAIN": "https://localhost:9/"}),
        ("E007", {"AUTH0_CLIENT_ASSERTION_KEY": "a key besides the secret"}),
        ("E008", {"AUTH0_CLIENT_SECRET": "", "AUTH0_CLIENT_ASSERTION_KEY": "no key"}),
        ("E005", {"AUTH0_ROLES_CLAIM": "roles"}),
        ("E005", {"AUTH0_ROLES_CLAIM": "https://tenant.auth0.com/roles"}),
        ("E009", {"AUTH0_METHODS_CLAIM": "methods"}),
        ("E009", {"AUTH0_METHODS_CLAIM": "https://auth0.com/methods"}),
        ("E009", {"AUTH0_METHODS_CLAIM": "https://site.example/roles"}),
        ("W001", {"AUTH0_ROLES_CLAIM": ""}),
        ("W002", {"AUTH0_STAFF_ROLE": "", "AUTH0_SUPERUSER_ROLE": ""}),
        ("E040", {"TENANT_CONNECT_TIMEOUT": 0}),
        ("E040", {"TENANT_READ_TIMEOUT": "soon"}),
        ("E040", {"TENANT_READ_TIMEOUT": float("nan")}),
        ("E040", {"TENANT_REQUEST_TIMEOUT": 0}),
        ("E040", {"TENANT_RETRY_BUDGET": -1}),
        ("W040", {"TENANT_READ_TIMEOUT": 60}),
        ("W040", {"TENANT_RETRY_BUDGET": 30}),
        ("E050", {"ACCOUNT_SECURITY_BASE_TEMPLATE": "nowhere.html"}),
        ("E051", {"ACCOUNT_SECURITY_ACCENT": "red; } body { display: none"}),
        ("W050", {"ACCOUNT_SECURITY_ACCENT": "#ffee88"}),
        ("E010", {"STEP_UP_MAX_AGE": 0}),
        ("E010", {"STEP_UP_MAX_AGE": -5}),
        ("E010", {"STEP_UP_MAX_AGE": "soon"}),
        ("E010", {"STEP_UP_MAX_AGE": None}),
        ("E011", {"STEP_UP_MAX_AGE": 12 * 3600 + 1}),
        ("W010", {"SESSION_COOKIE_AGE": 600}),
        ("E012", {"STEP_UP_RULES": [{"prefix": "/billing/"}]}),
        ("E012", {"STEP_UP_RULES": ["billing/"]}),
        ("E012", {"STEP_UP_RULES": [7]}),
        ("E012", {"STEP_UP_RULES": [{"path": "/x/", "mfa_within": 0}]}),
        ("E012", {"STEP_UP_RULES": [{"path": "/x/", "mfa_within": "300"}]}),
        ("E012", {"STEP_UP_RULES": [{"path": "/x/", "login_within": True}]}),
        ("E012", {"STEP_UP_RULES": [{"path": "/x/", "mfa_wihtin": 300}]}),
        ("E012", {"STEP_UP_RULES": [{"path": "/x/", "phishing_resistant_within": 0}]}),
        (
            "E013",
            {"STEP_UP_RULES": [{"path": "/x/", "phishing_resistant_within": 60}], "AUTH0_METHODS_CLAIM": ""},
        ),
        ("E022", {"AUTHENTICATION_BACKENDS": ["accounts.login.backend.PermissionsBackend"]}),
        ("E024", {"SOCIAL_AUTH_PIPELINE": []}),
        ("E026", {"SOCIAL_AUTH_USE_PKCE": False}),
        ("E026", {"SOCIAL_AUTH_AUTH0_SANITIZE_REDIRECTS": False}),
        ("E026", {"SOCIAL_AUTH_ALLOW_INACTIVE_USERS_LOGIN": True}),
        ("W020", {"TEMPLATES": []}),
        ("W021", {"LOGIN_URL": "/accounts/login/"}),
        ("W021", {"LOGIN_URL": "nowhere:login"}),
        ("W021", {"LOGIN_URL": "/nowhere/"}),
        ("E034", {"AUTHENTICATION_BACKENDS": ["shop.auth.Backend"]}),
        ("E033", {"ROOT_URLCONF": "tests.accounts.nothing_mounted"}),
        ("W025", {"SOCIAL_AUTH_AUTH0_EXTRA_DATA": ["picture", ("refresh_token", "refresh_token")]}),
        ("E030", {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}),
        ("E031", {"SESSION_COOKIE_SAMESITE": "Strict"}),
        ("E032", {"SESSION_ENGINE": "django.contrib.sessions.backends.cache"}),
        ("E032", {"SESSION_ENGINE": "django.contrib.sessions.backends.cached_db"}),
    ],
)
def test_misconfiguration_is_found(settings: Settings, check_id: str, change: dict[str, Any]) -> None:
    for name, value in change.items():
        setattr(settings, name, value)
    message = found_by_ours()[f"accounts.{check_id}"]
    assert message.hint


def found_by_ours() -> dict[str, CheckMessage]:
    """Only this app's checks: some settings make Django's own stumble."""
    from accounts.checks import check_settings  # the app registry is ready by now

    return {str(message.id): message for message in check_settings()}


def test_rule_that_asks_for_a_passkey_is_sound_where_the_claim_is_read(settings: Settings) -> None:
    settings.STEP_UP_RULES = [{"path": "/x/", "phishing_resistant_within": 60}]
    assert found() == {}


def test_site_that_reads_no_methods_is_sound(settings: Settings) -> None:
    settings.AUTH0_METHODS_CLAIM = ""
    assert found() == {}


def test_site_where_nobody_keeps_a_list_of_factors_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factor_asked, "receivers", [])
    assert list(found()) == ["accounts.W011"]


def test_missing_middleware_is_found(settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    assert "accounts.E020" in found()


def test_no_pause_between_tries_is_sound(settings: Settings) -> None:
    settings.TENANT_RETRY_BUDGET = 0
    assert found() == {}


@pytest.mark.parametrize("place", [0, -1])
def test_middleware_in_the_wrong_place_is_found(settings: Settings, place: int) -> None:
    others = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    settings.MIDDLEWARE = [MIDDLEWARE, *others] if place == 0 else [*others, MIDDLEWARE]
    assert "accounts.E021" in found()


@pytest.mark.parametrize(
    ("check_id", "name"),
    [("E029", "SessionListMiddleware"), ("W022", "TenantDeadlineMiddleware")],
)
def test_other_middleware_missing_or_in_the_wrong_place_is_found(
    settings: Settings, check_id: str, name: str
) -> None:
    ours = f"accounts.middleware.{name}"
    others = [each for each in settings.MIDDLEWARE if each != ours]
    misplaced = [others[0], ours, *others[1:]]
    for middleware in (others, misplaced):
        settings.MIDDLEWARE = middleware
        assert list(found_by_ours()) == [f"accounts.{check_id}"]


def test_middleware_without_login_required_is_fine(settings: Settings) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "LoginRequired" not in name]
    assert found() == {}


@pytest.mark.parametrize(
    "backend",
    ["django.contrib.auth.backends.ModelBackend", "django.contrib.auth.backends.AllowAllUsersModelBackend"],
)
def test_password_login_is_found(settings: Settings, backend: str) -> None:
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, backend]
    assert list(found()) == ["accounts.W023"]


def test_two_backends_of_one_name_are_found(settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = [
        "social_core.backends.auth0.Auth0OAuth2",
        *settings.AUTHENTICATION_BACKENDS,
    ]
    assert list(found()) == ["accounts.E028"]


@pytest.mark.parametrize("follower", ["LanguageMiddleware", "StepUpMiddleware"])
def test_session_list_after_what_looks_at_the_visitor_is_found(settings: Settings, follower: str) -> None:
    ours = "accounts.middleware.SessionListMiddleware"
    names = [name for name in settings.MIDDLEWARE if name != ours]
    names.insert(names.index(f"accounts.middleware.{follower}") + 1, ours)
    settings.MIDDLEWARE = names
    assert list(found()) == ["accounts.E029"]


@pytest.mark.parametrize(
    "missing", ["same_person", "proof_of_the_token", "person", "fresh_roles", "recorded", "landed"]
)
def test_pipeline_without_a_guard_is_found(settings: Settings, missing: str) -> None:
    settings.SOCIAL_AUTH_PIPELINE = [
        step for step in settings.SOCIAL_AUTH_PIPELINE if not step.endswith(missing)
    ]
    assert "accounts.E024" in found()


def test_pipeline_in_another_order_is_found(settings: Settings) -> None:
    settings.SOCIAL_AUTH_PIPELINE = list(reversed(settings.SOCIAL_AUTH_PIPELINE))
    assert "accounts.E024" in found()


def test_pipeline_check_names_the_step_that_is_missing_and_the_one_that_is_late(settings: Settings) -> None:
    person = "accounts.login.pipeline.person"
    settings.SOCIAL_AUTH_PIPELINE = [step for step in PIPELINE if step != person]
    assert found()["accounts.E024"].msg == f"The pipeline of signing in lacks {person}."
    settings.SOCIAL_AUTH_PIPELINE = [step for step in PIPELINE if step != person] + [person]
    assert found()["accounts.E024"].msg == (
        f"The pipeline of signing in has {person} after accounts.login.pipeline.fresh_roles."
    )


def test_pipeline_with_steps_of_the_site_and_without_optional_ones_is_fine(settings: Settings) -> None:
    settings.SOCIAL_AUTH_PIPELINE = ["shop.first", *(step for step in PIPELINE if step not in OPTIONAL)]
    assert found() == {}


def test_pipeline_of_this_backend_alone_leaves_the_site_its_own(settings: Settings) -> None:
    settings.SOCIAL_AUTH_PIPELINE = ["social_core.pipeline.social_auth.associate_by_email"]
    assert "accounts.E025" in found()
    settings.SOCIAL_AUTH_AUTH0_PIPELINE = PIPELINE
    assert found() == {}


@pytest.mark.parametrize("step", ["associate_by_email", "associate_user", "load_extra_data"])
def test_pipeline_with_an_unsafe_step_is_found(settings: Settings, step: str) -> None:
    settings.SOCIAL_AUTH_PIPELINE = [
        *settings.SOCIAL_AUTH_PIPELINE,
        f"social_core.pipeline.social_auth.{step}",
    ]
    assert "accounts.E025" in found()


def test_site_without_the_tables_of_social_auth_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(apps.app_configs, "social_django")
    assert "accounts.E019" in found_by_ours()


def test_tokens_that_an_earlier_backend_stored_are_found_and_cleared(django_user_model: Any) -> None:
    """By the very line that the hint gives."""
    for number, extra in enumerate([{"access_token": "at-1", "picture": "p.png"}, {"picture": "q.png"}]):
        user = django_user_model.objects.create(username=f"kim{number}")
        UserSocialAuth.objects.create(provider="auth0", uid=f"auth0|{number}", user=user, extra_data=extra)

    (warning,) = check_tables(databases=["default"])
    assert (warning.id, warning.msg[-3:]) == ("accounts.W024", " 1.")
    assert "at-1" not in f"{warning.msg}{warning.hint}"

    exec(re.findall(r'"(.+)"', str(warning.hint))[0], {})  # our own line
    assert check_tables(databases=["default"]) == []
    assert [row.extra_data for row in UserSocialAuth.objects.order_by("uid")] == [
        {"picture": "p.png"},
        {"picture": "q.png"},
    ]


def test_tokens_are_looked_for_in_databases_that_are_asked_about_alone() -> None:
    assert check_tables() == []


def test_tenant_on_this_machine_is_found_in_production_alone() -> None:
    assert "accounts.W003" not in found()
    assert "accounts.W003" in found(deploy=True)


def test_real_tenant_with_real_secrets_is_fine_in_production(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = "tenant.eu.auth0.com"
    settings.SECRET_KEY = settings.AUTH0_CLIENT_SECRET = settings.AUTH0_MGMT_CLIENT_SECRET = "x" * 60
    assert found(deploy=True) == {}
