"""Phone numbers and e-mail addresses as they may be shown, cached and kept: enough to recognise them by."""

import phonenumbers

DOT = "•"


def mask_phone(number: str) -> str:
    """Keep the country code and the last two digits; of a number that cannot be read, the last two alone."""
    digits = [character for character in number if character.isdigit()]
    if len(digits) < 7:  # noqa: PLR2004 - too short for two digits to be a small part of it
        return DOT * 6
    return f"{_country_code(number)}{DOT * 6}{''.join(digits[-2:])}"


def _country_code(number: str) -> str:
    try:
        return f"+{phonenumbers.parse(number).country_code} "
    except phonenumbers.NumberParseException:
        return ""


def mask_email(address: str) -> str:
    """Keep the first character, unless it is the only one, and the domain."""
    local, at, domain = address.rpartition("@")
    if not at:
        return DOT * 3
    first = local[0] if len(local) > 1 else ""
    return f"{first}{DOT * 3}@{domain}"


def mask_name(name: str, *addresses: str | None) -> str:
    """Hide a name that is nothing but the method's own phone number or e-mail address."""
    if not name or name not in addresses:
        return name
    return mask_email(name) if "@" in name else mask_phone(name)
