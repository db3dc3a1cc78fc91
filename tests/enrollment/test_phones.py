"""Phone numbers and countries as people type and read them."""

import subprocess
import sys

import phonenumbers
import pytest
from django.utils import translation
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from enrollment.phones import Fault, NumberError, likely_region, normalised, regions


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("(201) 555-0123", "US", "+12015550123"),
        ("07400 123456", "GB", "+447400123456"),
        ("00 44 7400 123456", "", "+447400123456"),
        ("+44 7400 123456", "US", "+447400123456"),
        (" 612 34 56 78 ", "ES", "+34612345678"),
        ("+34\u00a0612\u00a0345\u00a0678", "", "+34612345678"),
    ],
)
def test_number_as_people_write_it_becomes_e164(typed: str, region: str, e164: str) -> None:
    assert normalised(typed, region).e164 == e164


@pytest.mark.parametrize(
    ("typed", "region", "fault"),
    [
        ("201 555 0123", "", Fault.NO_COUNTRY),
        ("call me", "US", Fault.NOT_A_NUMBER),
        ("", "US", Fault.NOT_A_NUMBER),
        ("12", "GB", Fault.LENGTH),
        ("+1 201 555 01234567", "", Fault.LENGTH),
        ("+1 555 555 0100", "", Fault.NOT_IN_USE),
        ("0900 1234567", "DE", Fault.NOT_PERSONAL),
        ("0800 123 4567", "NZ", Fault.NOT_PERSONAL),
    ],
)
def test_number_that_no_code_is_sent_to_says_why(typed: str, region: str, fault: Fault) -> None:
    with pytest.raises(NumberError) as caught:
        normalised(typed, region)

    assert caught.value.fault is fault


def refusal_of(number: PhoneNumber) -> Fault | None:
    try:
        normalised(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    except NumberError as error:
        return error.fault
    return None


@pytest.mark.parametrize(
    "number",
    [
        "+870 773 123456",  # Inmarsat
        "+878 10 1234567890",  # universal personal telecommunications
        "+881 6 12345678",  # Iridium
        "+882 16 12345678",  # Thuraya
        "+883 5100 12345",  # iNum
        "+44 70 1234 5678",
        "+1 500 234 5678",
    ],
)
def test_satellite_and_personal_number_gets_no_code(number: str) -> None:
    assert refusal_of(phonenumbers.parse(number)) is Fault.SATELLITE_OR_PERSONAL


@pytest.mark.parametrize("code", sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS))
def test_network_of_no_country_gets_no_code(code: int) -> None:
    number = phonenumbers.example_number_for_non_geo_entity(code)
    assert number is not None
    assert refusal_of(number) in (Fault.SATELLITE_OR_PERSONAL, Fault.NOT_PERSONAL)


def test_personal_number_of_any_country_gets_no_code_and_its_mobiles_do() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        personal = phonenumbers.example_number_for_type(region, PhoneNumberType.PERSONAL_NUMBER)
        mobile = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        assert personal is None or refusal_of(personal) is Fault.SATELLITE_OR_PERSONAL
        assert mobile is None or refusal_of(mobile) is None


@pytest.mark.parametrize(
    ("number", "takes_texts"), [("+447400123456", True), ("+441212345678", False), ("+12015550123", True)]
)
def test_number_surely_of_a_landline_takes_no_texts(number: str, takes_texts: bool) -> None:
    assert normalised(number).takes_texts is takes_texts


def test_regions_are_named_and_sorted_in_the_readers_language() -> None:
    with translation.override("en"):
        english = [region.name for region in regions()]
    with translation.override("es"):
        spanish = [region.name for region in regions()]

    assert "Germany" in english
    assert english[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert spanish.index("Alemania") < spanish.index("España") < spanish.index("Zimbabue")
    assert len(english) == len(spanish) == len(set(english)) > 230


@pytest.mark.parametrize("language", ["en", "es", "pt-br", "zh-hans"])
def test_every_region_with_numbers_can_be_chosen(language: str) -> None:
    with translation.override(language):
        listed = [region.code for region in regions()]

    assert sorted(listed) == sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize("language", ["tlh", "io"])
def test_regions_of_a_language_without_names_are_told_in_english(language: str) -> None:
    with translation.override(language):
        assert "Germany" in [region.name for region in regions()]


def test_regions_are_named_in_the_readers_form_of_a_language() -> None:
    with translation.override("zh-hans"):
        simplified = {region.code: region.name for region in regions()}
    with translation.override("zh-hant"):
        traditional = {region.code: region.name for region in regions()}

    assert (simplified["DE"], traditional["DE"]) == ("德国", "德國")


def test_regions_load_no_towns() -> None:
    """The library's package of places takes 100 MB; its table of countries alone takes next to nothing."""
    program = (
        "import sys, django; from django.conf import settings; settings.configure(); django.setup();"
        "from enrollment.phones import regions; assert regions();"
        "sys.exit('phonenumbers.geodata.data0' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(
    ("header", "region"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("de,fr-CA;q=0.5", "CA"),
        ("es-419,es;q=0.9", ""),
        ("zh-hans-CN", "CN"),
        ("en", ""),
        ("", ""),
        ("*;q=0.1,<script>", ""),
    ],
)
def test_likely_region_is_taken_from_the_browsers_languages(header: str, region: str) -> None:
    assert likely_region(header) == region
