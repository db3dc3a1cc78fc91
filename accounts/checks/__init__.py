"""System checks: every way to misconfigure sign-in and step-up has an id, and a hint that says what to do."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Tags, register

from accounts.checks import pipeline, site, step_up, tenant

CHECKED = (tenant, step_up, site, pipeline)


@register(Tags.security)
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong anywhere, on a developer's machine too."""
    return [message for each in CHECKED for message in each.messages()]


@register(Tags.security, deploy=True)
def check_deployment(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong in production alone."""
    return list(tenant.deployment_messages())


@register(Tags.database)
def check_tables(*, databases: Iterable[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """What is wrong in the tables; Django asks at `migrate`, and at `check --database default`."""
    return list(pipeline.database_messages(databases or ()))
