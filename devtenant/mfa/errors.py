"""What can go wrong on a page of the second factor; the text is shown to the person."""

from __future__ import annotations


class MfaError(Exception):
    """Something to tell the person on the same page."""

    status = 400


class WrongCodeError(MfaError):
    """The proof was checked and is wrong: it counts against the person's limit."""


class NotYetError(MfaError):
    """Nothing is wrong, but the proof is not there yet."""

    status = 200


class RejectedError(MfaError):
    """The push request was denied on the phone."""

    status = 403


class TooManyError(MfaError):
    """A limit was reached."""

    status = 429
