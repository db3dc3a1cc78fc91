"""Phone numbers and addresses as the pages show them: enough to recognise, too little to learn."""

from __future__ import annotations

SHOWN_DIGITS = 4


def phone(number: str | None) -> str:
    digits = number or ""
    return "•" * max(0, len(digits) - SHOWN_DIGITS) + digits[-SHOWN_DIGITS:]


def email(address: str | None) -> str:
    local, _, domain = (address or "").partition("@")
    return f"{local[:1]}•••@{domain}"
