"""How each answer of the tenant is told: one table, so that none is forgotten."""

import logging
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.auth0.errors import Problem, RateLimited, TenantError
from accounts.auth0.grants import ENROLLING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


logger = logging.getLogger(__name__)


class Answer(Enum):
    """What a page does about it; the value is the status that it answers with."""

    PROVE = 302  # step up, and come back to the same place
    UNAVAILABLE = 403  # not here, and not by trying again: another way, or support
    WAIT = 429  # held back, with the time from which it goes on
    CORRECT = 422  # something that was typed
    AGAIN = 503  # nobody's fault; what was typed is still there


ANSWERS: dict[Problem, Answer] = {
    Problem.TOKEN_ENDED: Answer.PROVE,
    Problem.UNMET_REQUIREMENTS: Answer.PROVE,
    Problem.LOCKED: Answer.PROVE,
    Problem.NOT_ACTIVATED: Answer.UNAVAILABLE,
    Problem.MISSING_SCOPE: Answer.UNAVAILABLE,
    Problem.FORBIDDEN: Answer.UNAVAILABLE,
    Problem.CREDENTIALS: Answer.UNAVAILABLE,
    Problem.NOT_CONFIGURED: Answer.UNAVAILABLE,
    Problem.RATE_LIMITED: Answer.WAIT,
    Problem.INVALID: Answer.CORRECT,
    Problem.CONFLICT: Answer.CORRECT,
    Problem.REJECTED: Answer.CORRECT,
    Problem.WRONG_CODE: Answer.CORRECT,
    Problem.NOT_FOUND: Answer.AGAIN,
    Problem.UNREACHABLE: Answer.AGAIN,
    Problem.TIMEOUT: Answer.AGAIN,
    Problem.LOST: Answer.AGAIN,
    Problem.OUT_OF_ORDER: Answer.AGAIN,
    Problem.GARBAGE: Answer.AGAIN,
}
# The tenant's names of what it was told, and the fields that said it.
FIELDS = {
    "phone_number": "number",
    "preferred_authentication_method": "channel",
    "email": "email",
    "otp_code": "code",
}
# Refusals of the flows' own rules that are about a field.
REFUSED_FIELDS = {"number-invalid": "number", "address-invalid": "email"}
NOT_TAKEN: "dict[str, StrOrPromise]" = {
    "number": _("The sign-in service does not take this number. It may be on your account already."),
    "channel": _("The sign-in service does not send codes in this way. Choose the other one."),
    "email": _("The sign-in service does not take this address. It may be on your account already."),
}
# A limit without a time: the per-minute ones are over by then.
WAIT_SECONDS = 60


def answer_to(error: TenantError) -> Answer:
    answer = ANSWERS[error.code]
    if answer is Answer.UNAVAILABLE:
        logger.error(
            "Factors cannot be added in the page: %s. The My Account API has to be activated, and this "
            "application needs a client grant for it with subject_type user and scope %s.",
            error,
            ENROLLING.scope,
        )
    return answer


def opens_at(error: TenantError) -> datetime:
    """Say from when a call that was held back, here or there, may be made."""
    if isinstance(error, RateLimited):
        return error.opens_at
    return timezone.now() + timedelta(seconds=error.retry_after or WAIT_SECONDS)


def correct(form: forms.Form, error: TenantError) -> None:
    """Say it beside the field that it is about."""
    fields = [FIELDS[name] for name in error.fields if name in FIELDS]
    blamed = [name for name in fields if name in form.fields]
    for name in blamed:
        form.add_error(name, NOT_TAKEN.get(name, error.cause))
    if not blamed:
        form.add_error(None, f"{error.cause} {error.consequence}")


def refuse(form: forms.Form, code: str, sentence: str, default: str | None = None) -> None:
    """Say what a rule of ours refused, beside its field; `default` is that of a page with just one."""
    name = REFUSED_FIELDS.get(code, default)
    form.add_error(name if name in form.fields else None, sentence)


def as_context(error: TenantError) -> dict[str, Any]:
    """What a page shows beside the form."""
    return {"opens_at": opens_at(error)} if ANSWERS[error.code] is Answer.WAIT else {}
