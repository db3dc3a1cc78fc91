"""A typed number to the one form that is passed on (E.164), and what kind of line it is; pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
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
