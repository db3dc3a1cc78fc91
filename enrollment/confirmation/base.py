"""What a method of confirming is made of; each fills it in, in its own file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django import forms

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Enrollment(Protocol):
    """What a method may know of an enrollment that waits for its proof."""

    @property
    def barcode_uri(self) -> str: ...
    @property
    def manual_code(self) -> str: ...
    @property
    def passkey_options(self) -> dict[str, Any] | None: ...
    @property
    def resend_at(self) -> datetime | None: ...


@dataclass(frozen=True)
class Proof:
    """What the person gave; where a phone tells the tenant by itself, nothing."""

    code: str = field(default="", repr=False)
    passkey: Mapping[str, Any] | None = field(default=None, repr=False)


class Judgement(StrEnum):
    """What a proof is worth, by what can be known here."""

    POSSIBLE = "possible"  # the tenant decides
    MISSING = "missing"
    MALFORMED = "malformed"
    WRONG = "wrong"  # costs a try
    BEHIND = "behind"  # right a while ago: the device's clock is slow
    AHEAD = "ahead"
    NOT_YET = "not-yet"  # the phone has not told the tenant
    SPOILT = "spoilt"  # and the enrollment takes no other


class ConfirmationMethod:
    """Answers for the methods that share it; there is one instance of each."""

    # Where the step is shown, and what it says there and in a list of what is under way.
    template: ClassVar[str]
    title: ClassVar[StrOrPromise]
    sentence: ClassVar[StrOrPromise]
    form: ClassVar[type[forms.Form]] = forms.Form
    # What the tenant has to say when it begins, beyond where it is confirmed; names of `StartedEnrollment`.
    needs: ClassVar[frozenset[str]] = frozenset()
    takes_code: ClassVar[bool] = False
    # The browser asks an authenticator: it takes JavaScript.
    takes_ceremony: ClassVar[bool] = False
    # Something was sent, and can be sent again.
    may_resend: ClassVar[bool] = False
    # A phone confirms it by itself, so the tenant's list is asked again and again.
    waits: ClassVar[bool] = False
    # The same enrollment takes another proof after one.
    retriable: ClassVar[bool] = True
    # The tenant lists the method, with an id, before it is confirmed.
    is_listed_before: ClassVar[bool] = True

    def judge(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        """Judge a proof before one of the person's few writes a minute is spent on it."""
        return Judgement.POSSIBLE

    def judge_refused(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        """Say what was wrong with a proof that the tenant did not take."""
        return Judgement.WRONG

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        """Return what the step's page needs beside the enrollment."""
        return {}
