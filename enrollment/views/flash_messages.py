"""How a change went, said truthfully: done, refused, not done, or possibly done."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest

from accounts.auth0.errors import Certainty, TenantError
from enrollment.audit.log import Refused


class SuccessMessages:
    """What to say where all went well."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def say(self, *sentences: str) -> None:
        self.sentences.extend(filter(None, sentences))


@contextmanager
def flash_outcome(request: HttpRequest) -> Iterator[SuccessMessages]:
    """Turn the outcome into a message. `StepUpRequired` passes through, to the middleware that answers it."""
    report = SuccessMessages()
    try:
        yield report
    except Refused as refused:
        messages.error(request, refused.sentence)
    except TenantError as error:
        unsure = error.outcome is Certainty.UNKNOWN
        level = messages.WARNING if unsure else messages.ERROR
        messages.add_message(request, level, f"{error.cause} {error.consequence}")
    else:
        if report.sentences:
            messages.success(request, " ".join(report.sentences))
