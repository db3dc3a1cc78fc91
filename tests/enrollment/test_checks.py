"""Every way to misconfigure enrollment is reported, with what to do about it."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from enrollment.checks import check_deployment, check_kinds, check_settings
from enrollment.kinds import email, password, phone, registry, security_key
from enrollment.kinds.base import Kind
from mfaproject.environment import with_redis_options

LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DUMMY = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
REDIS_BY_URL = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache.example"}
}
REDIS = {"default": with_redis_options(REDIS_BY_URL["default"])}
NO_CREDENTIALS = {"AUTH0_MGMT_CLIENT_ID": "", "AUTH0_MGMT_CLIENT_SECRET": "", "AUTH0_CLIENT_SECRET": ""}


def ids(messages: list[Any]) -> list[str]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_sound_settings_are_silent(settings: Settings) -> None:
    assert check_settings() == []


def test_sound_deployment_is_silent(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT, settings.CACHES = 10, REDIS

    assert check_deployment() == []


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (NO_CREDENTIALS, ["enrollment.E001"]),
        ({**NO_CREDENTIALS, "AUTH0_DOMAIN": ""}, []),
        ({"ROOT_URLCONF": "tests.accounts.nothing_mounted"}, ["enrollment.E007"]),
        ({"FACTORS_FRESH_SECONDS": 0}, ["enrollment.E002"]),
        ({"FACTORS_KEPT_SECONDS": None}, ["enrollment.E002"]),
        ({"TENANT_POLICY_FRESH_SECONDS": -300}, ["enrollment.E002"]),
        ({"TENANT_LOG_FRESH_SECONDS": 0}, ["enrollment.E002"]),
        ({"TENANT_LOG_FRESH_SECONDS": "soon"}, ["enrollment.E002"]),
        ({"FACTORS_FRESH_SECONDS": 60, "FACTORS_KEPT_SECONDS": 30}, ["enrollment.E003"]),
        ({"TRUSTED_PROXY_COUNT": -1}, ["enrollment.E004"]),
        ({"TRUSTED_PROXY_COUNT": "two"}, ["enrollment.E004"]),
        ({"TRUSTED_PROXY_COUNT": True}, ["enrollment.E004"]),
        ({"SITE_URL": "site.example"}, ["enrollment.E005"]),
        ({"SITE_URL": "javascript:alert(1)"}, ["enrollment.E005"]),
        ({"SITE_URL": "https://site.example/path"}, ["enrollment.E005"]),
        ({"SITE_URL": "https://site.example/"}, []),
        ({"CACHES": DUMMY}, ["enrollment.W004"]),
        ({"FACTORS_FRESH_SECONDS": 3600}, ["enrollment.W006"]),
    ],
)
def test_what_is_wrong_is_found(settings: Settings, wrong: dict[str, Any], found: list[str]) -> None:
    for name, value in wrong.items():
        setattr(settings, name, value)

    assert ids(check_settings()) == found


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, ["enrollment.W001"]),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, ["enrollment.W001"]),
        ({"EMAIL_TIMEOUT": None}, ["enrollment.W002"]),
        ({"CACHES": LOCMEM}, ["enrollment.W005"]),
        ({"CACHES": REDIS_BY_URL}, ["enrollment.W008", "enrollment.W009"]),
        ({"ALLOWED_HOSTS": ["*"], "SITE_URL": ""}, ["enrollment.W007"]),
        ({"ALLOWED_HOSTS": [".site.example"], "SITE_URL": ""}, ["enrollment.W007"]),
        ({"ALLOWED_HOSTS": ["*"], "SITE_URL": "https://site.example"}, []),
    ],
)
def test_what_is_wrong_in_production_is_found(
    settings: Settings, wrong: dict[str, Any], found: list[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT, settings.CACHES = 10, REDIS
    for name, value in wrong.items():
        setattr(settings, name, value)

    assert ids(check_deployment()) == found


def test_our_kinds_have_no_gap() -> None:
    assert check_kinds() == []


@pytest.mark.parametrize(
    ("kind", "changes", "gap"),
    [
        (phone.KIND, {"label": ""}, "The kind phone has no label."),
        (phone.KIND, {"value": "fax"}, "The kind fax has no icon."),
        (phone.KIND, {"named_phrase": ""}, "The kind phone has no phrases for a sentence."),
        (phone.KIND, {"switch": None}, "no switch of the tenant's"),
        (phone.KIND, {"interceptable": False}, "but is not called interceptable"),
        (phone.KIND, {"channels": {}}, "but no channel for them"),
        (phone.KIND, {"my_account_type": None}, "no name in the My Account API"),
        (security_key.KIND, {"offer": None}, "no words for its offer"),
        (security_key.KIND, {"ticket": None}, "neither a confirmation nor a ticket"),
        (password.KIND, {"why_not_removable": ""}, "no sentence that says why it cannot be removed"),
        (email.KIND, {"other_types": ("phone",)}, "The type phone is claimed by 2 kinds."),
    ],
)
def test_kind_with_a_gap_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, changes: dict[str, Any], gap: str
) -> None:
    monkeypatch.setitem(registry._kinds, kind.value, replace(kind, **changes))

    found = check_kinds()

    assert any(gap in message.msg for message in found)
    assert {message.id for message in found} == {"enrollment.E006"}
    assert all(message.hint for message in found)
