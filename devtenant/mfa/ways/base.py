"""What every way to prove oneself must be able to do."""

# ruff: noqa: ARG002, B027  # every way answers the same questions, whatever it needs for it, and some need nothing

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from devtenant.mfa.errors import MfaError
from devtenant.mfa.kinds import Kind
from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.records import Method

Form = Mapping[str, str]


class Way(ABC):
    """Its challenge is `begin` and `check`; its enrollment `open`, `start` and `confirm`."""

    limit = "code"
    challenge_page = ""
    enroll_page = ""

    def begin(self, visit: Visit, option: Option) -> None:
        """Send or prepare what the page needs, once: a reload sends nothing."""

    def resend(self, visit: Visit, option: Option) -> None:
        """Send it again."""
        raise MfaError("There is nothing to send again.")

    @abstractmethod
    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        """Return the method that was proved (None for one that has no record), or raise an MfaError."""

    def open(self, visit: Visit, kind: Kind) -> None:
        """Prepare the first page of an enrollment."""

    def start(self, visit: Visit, kind: Kind, form: Form) -> None:
        """Take what was typed on the first page, where there are two."""

    def confirm(self, visit: Visit, kind: Kind, form: Form) -> Method:
        """Finish the enrollment, or raise an MfaError."""
        raise MfaError("There is nothing to enroll.")

    def challenge_context(self, visit: Visit, option: Option) -> dict[str, Any]:
        """What the challenge page shows beyond the option itself."""
        return {}

    def enroll_context(self, visit: Visit, kind: Kind) -> dict[str, Any]:
        """What the enrollment page shows beyond the kind itself."""
        return {}
