"""System checks of how sign-ins are wired: a step that is left out leaves a door open, and nobody sees it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# Each stands on what those before it have checked.
STEPS = tuple(
    f"accounts.pipeline.{name}"
    for name in (
        "same_person",
        "email_is_verified",
        "proof_of_the_token",
        "person",
        "association",
        "fresh_profile",
        "fresh_roles",
        "recorded",
        "my_account_token",
        "landed",
    )
)
BY_EMAIL = "social_core.pipeline.social_auth.associate_by_email"
IN_COOKIES = "django.contrib.sessions.backends.signed_cookies"

E010 = "accounts.E010"
E011 = Error(
    "The steps of accounts.pipeline are not in their order in SOCIAL_AUTH_PIPELINE.",
    hint=f"Each relies on what those before it have checked; the order is: {', '.join(STEPS)}.",
    id="accounts.E011",
)
E012 = Error(
    "SOCIAL_AUTH_PIPELINE associates people by e-mail: whoever gets an account with somebody's address signs "
    "in as them.",
    hint=f"Take out {BY_EMAIL}.",
    id="accounts.E012",
)
E013 = Error(
    "Sessions are kept in cookies: a person's My Account token would travel with every request, and what a "
    "session has proved could not be taken back.",
    hint="Set SESSION_ENGINE to a backend that keeps sessions on the server, such as "
    "django.contrib.sessions.backends.db.",
    id="accounts.E013",
)


@register(Tags.security)
def check_pipeline(**_kwargs: Any) -> list[CheckMessage]:
    return [*_steps(list(getattr(settings, "SOCIAL_AUTH_PIPELINE", ()))), *_sessions()]


def _steps(pipeline: list[str]) -> Iterator[CheckMessage]:
    if missing := [step for step in STEPS if step not in pipeline]:
        yield Error(
            f"SOCIAL_AUTH_PIPELINE lacks {', '.join(missing)}.",
            hint="Leave none of them out: mfaproject/settings.py has them all, in their order.",
            id=E010,
        )
    elif [step for step in pipeline if step in STEPS] != list(STEPS):
        yield E011
    if BY_EMAIL in pipeline:
        yield E012


def _sessions() -> Iterator[CheckMessage]:
    if settings.SESSION_ENGINE == IN_COOKIES:
        yield E013
