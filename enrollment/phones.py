"""Phone numbers: read as people write them, and the countries that codes are sent to."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header
from phonenumbers import (
    COUNTRY_CODES_FOR_NON_GEO_REGIONS,
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberType,
)

# Calling these costs whoever calls, or rings somewhere else than with the person.
REFUSED_TYPES = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
# Satellite and other networks of no country, such as +870 and +881. Calls there, and to personal numbers,
# which forward to anywhere, cost many times the usual: a fraudster with a share in it has codes sent all day.
NETWORKS = frozenset(COUNTRY_CODES_FOR_NON_GEO_REGIONS)
# "00" is what most of the world dials before a country code.
DIALLED_ABROAD = re.compile(r"^\s*00\s*(?=[1-9])")


class Fault(StrEnum):
    """What is wrong with a number."""

    NO_COUNTRY = "no-country"
    NOT_A_NUMBER = "not-a-number"
    LENGTH = "length"
    NOT_IN_USE = "not-in-use"
    NOT_PERSONAL = "not-personal"
    SATELLITE_OR_PERSONAL = "satellite-or-personal"


class NumberError(ValueError):
    """A number that no code is sent to."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Verdict:
    """`e164` is the number to pass on; `takes_texts` is False for what is surely a landline."""

    e164: str
    region: str
    takes_texts: bool


def normalised(typed: str, region: str = "") -> Verdict:
    """Read a number as it is dialled in a region, or with its country code; raises `NumberError`."""
    number = _parsed(DIALLED_ABROAD.sub("+", typed), region)
    if not phonenumbers.is_possible_number(number):
        raise NumberError(Fault.LENGTH)
    if not phonenumbers.is_valid_number(number):
        raise NumberError(Fault.NOT_IN_USE)
    kind = phonenumbers.number_type(number)
    if kind in REFUSED_TYPES:
        raise NumberError(Fault.NOT_PERSONAL)
    if kind == PhoneNumberType.PERSONAL_NUMBER or number.country_code in NETWORKS:
        raise NumberError(Fault.SATELLITE_OR_PERSONAL)
    return Verdict(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        region=phonenumbers.region_code_for_number(number) or region,
        takes_texts=kind != PhoneNumberType.FIXED_LINE,
    )


def _parsed(typed: str, region: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(typed, region or None)
    except NumberParseException as error:
        no_country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        raise NumberError(Fault.NO_COUNTRY if no_country else Fault.NOT_A_NUMBER) from None


@dataclass(frozen=True)
class Region:
    """A country or territory; `code` is ISO 3166's."""

    code: str
    name: str
    calling_code: int

    @property
    def label(self) -> str:
        return f"{self.name} (+{self.calling_code})"


def regions() -> tuple[Region, ...]:
    """List every region that has numbers, by name in the language of the moment."""
    return _regions(get_language() or "en")


def likely_region(accept_language: str) -> str:
    """Guess from the browser's languages: `en-GB` is somebody in Britain, more often than not."""
    for language, _quality in parse_accept_lang_header(accept_language[:500].lower()):
        code = language.rpartition("-")[2].upper()
        if "-" in language and code in phonenumbers.SUPPORTED_REGIONS:
            return code
    return ""


@lru_cache(maxsize=8)
def _regions(language: str) -> tuple[Region, ...]:
    names = {**Locale("en").territories, **_locale(language).territories}
    found = (
        Region(code, names[code], phonenumbers.country_code_for_region(code))
        for code in phonenumbers.SUPPORTED_REGIONS
    )
    return tuple(sorted(found, key=lambda region: _sort_key(region.name)))


def _locale(language: str) -> Locale:
    """Return Babel's data of a language, or of English where it has none."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _sort_key(name: str) -> str:
    """Sort Åland beside Albania and not after Zimbabwe."""
    plain = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
