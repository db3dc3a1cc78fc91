"""Names for new methods, and phone numbers and email addresses masked for showing; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import count

import phonenumbers

from enrollment.account.methods import Factor, Method
from enrollment.kinds.base import Kind

# Auth0's limit (Management API, PATCH authentication-methods).
NAME_LENGTH = 20
# Who makes passkeys, by AAGUID: the makers publish theirs, among other places in the FIDO metadata service.
AUTHENTICATORS = {
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
    "dd4ec289-e01d-41c9-bb89-70fa845d4bf2": "iCloud Keychain",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Passwords",
    "adce0002-35bc-c60a-648b-0b25f1f05503": "Chrome on Mac",
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "9ddd1817-af5a-4672-a2b9-3e3dd95000a9": "Windows Hello",
    "6028b017-b1d4-4c02-b4b3-afcdafc96bb2": "Windows Hello",
    "53414d53-554e-4700-0000-000000000000": "Samsung Pass",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
    "531126d6-e717-415c-9320-3d9aa6981239": "Dashlane",
    "fdb141b2-5d84-443e-8a35-4698c205a502": "KeePassXC",
    "50726f74-6f6e-5061-7373-50726f746f6e": "Proton Pass",
}


def suggested_name(kind: Kind, method: Method | None, factors: Iterable[Factor]) -> str:
    """Suggest a name that no other factor has; nothing where an address or the app names it already."""
    if kind.named_by_maker:
        name = AUTHENTICATORS.get(((method and method.aaguid) or "").lower(), "")
    else:
        name = str(kind.default_name)
    return unique_name(name, (factor.name for factor in factors)) if name else ""


def unique_name(name: str, names: Iterable[str]) -> str:
    """Number a name until no other has it."""
    taken = {other.casefold() for other in names}
    for number in count(1):
        ending = f" {number}" if number > 1 else ""
        candidate = f"{name[: NAME_LENGTH - len(ending)].rstrip()}{ending}"
        if candidate.casefold() not in taken:
            break
    return candidate


def normalize_name(name: str) -> str:
    """Bring a typed name into a shape that the tenant takes, and that cannot pass for another."""
    spaced = " ".join(name.split())
    visible = "".join(letter for letter in spaced if not unicodedata.category(letter).startswith("C"))
    return unicodedata.normalize("NFC", " ".join(visible.split()))[:NAME_LENGTH].rstrip()


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
    """Hide a name that is nothing but the method's own phone number or email address."""
    if not name or name not in addresses:
        return name
    return mask_email(name) if "@" in name else mask_phone(name)
