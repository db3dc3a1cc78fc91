"""System checks: every way to misconfigure sign-in and step-up has an id, and a hint that says what to do."""

from typing import Any

from django.core.checks import CheckMessage, Tags, register

from accounts.checks import sessions, site, step_up, tenant


@register(Tags.security)
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong anywhere, on a developer's machine too."""
    return [*tenant.messages(), *step_up.messages(), *site.messages(), *sessions.messages()]


@register(Tags.security, deploy=True)
def check_deployment(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong in production alone."""
    return list(tenant.deployment_messages())
