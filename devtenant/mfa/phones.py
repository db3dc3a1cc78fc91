"""Phone numbers as people type them, to E.164."""

from __future__ import annotations

import phonenumbers

from devtenant.mfa.errors import MfaError

WORDS = "Type the number with its country code, such as +1 555 555 0100."


def normalised(typed: str) -> str:
    """The number in E.164, or an error that says how to write it."""
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException as error:
        raise MfaError(WORDS) from error
    if not phonenumbers.is_possible_number(number):
        raise MfaError(WORDS)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
