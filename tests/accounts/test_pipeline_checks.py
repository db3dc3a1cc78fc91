"""Each way to wire sign-ins wrongly has a system check of its own."""

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from accounts.pipeline_checks import BY_EMAIL, IN_COOKIES, STEPS, check_pipeline


def ids() -> list[str | None]:
    return [message.id for message in check_pipeline()]


def test_sites_own_wiring_passes_and_the_check_is_registered() -> None:
    assert ids() == []
    assert not [message for message in run_checks() if str(message.id).startswith("accounts.E01")]


@pytest.mark.parametrize("step", STEPS)
def test_step_that_is_left_out_is_named(settings: Settings, step: str) -> None:
    settings.SOCIAL_AUTH_PIPELINE = [kept for kept in settings.SOCIAL_AUTH_PIPELINE if kept != step]

    [message] = check_pipeline()
    assert message.id == "accounts.E010"
    assert step in message.msg


def test_steps_in_another_order_are_refused(settings: Settings) -> None:
    settings.SOCIAL_AUTH_PIPELINE = [*reversed(settings.SOCIAL_AUTH_PIPELINE)]

    assert ids() == ["accounts.E011"]


def test_association_by_email_is_refused(settings: Settings) -> None:
    settings.SOCIAL_AUTH_PIPELINE = [BY_EMAIL, *settings.SOCIAL_AUTH_PIPELINE]

    assert ids() == ["accounts.E012"]


def test_sessions_in_cookies_are_refused(settings: Settings) -> None:
    settings.SESSION_ENGINE = IN_COOKIES

    assert ids() == ["accounts.E013"]


def test_check_reads_a_site_without_a_pipeline(settings: Settings) -> None:
    del settings.SOCIAL_AUTH_PIPELINE

    assert ids() == ["accounts.E010"]
