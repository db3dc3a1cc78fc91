"""What the forms make of what people paste and browsers answer."""

import json
from typing import Any

import pytest

from enrollment.confirmation.passkey import PasskeyForm
from enrollment.confirmation.typed_code import CodeForm
from enrollment.forms import PhoneForm
from enrollment.kinds import phone

ANSWER: dict[str, Any] = {
    "id": "AbC-_1",
    "rawId": "AbC-_1",
    "type": "public-key",
    "authenticatorAttachment": "platform",
    "response": {"clientDataJSON": "e30", "attestationObject": "o2Nm", "transports": ["internal", "hybrid"]},
}


@pytest.mark.parametrize(
    "pasted",
    [
        "123456",
        " 123 456 ",
        "123-456",
        "123\u00a0456",
        "\u200e123456\u200b",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
    ],
)
def test_code_as_it_is_pasted_is_read(pasted: str) -> None:
    form = CodeForm({"code": pasted})

    assert form.is_valid()
    assert form.cleaned_data["code"] == "123456"


def test_code_field_helps_phones_and_says_what_is_wrong() -> None:
    html = str(CodeForm({"code": ""})["code"])

    assert 'inputmode="numeric"' in html
    assert 'autocomplete="one-time-code"' in html
    assert 'aria-invalid="true"' in html
    assert "id_code_error" in html


def test_passkey_keeps_what_the_tenant_knows_and_nothing_else() -> None:
    given = {**ANSWER, "spare": 1, "response": {**ANSWER["response"], "publicKeyAlgorithm": -7}}
    form = PasskeyForm({"credential": json.dumps(given)})

    assert form.is_valid()
    assert form.cleaned_data["credential"] == {**ANSWER, "clientExtensionResults": {}}


def test_passkey_tells_the_tenant_of_no_way_that_is_no_word() -> None:
    """Half a surrogate pair in a request cannot be sent at all."""
    given = {
        **ANSWER,
        "response": {**ANSWER["response"], "transports": ["usb", "\ud800", "", 1, "smart-card"]},
    }
    form = PasskeyForm({"credential": json.dumps(given)})

    assert form.is_valid()
    assert form.cleaned_data["credential"]["response"]["transports"] == ["usb", "smart-card"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "not json",
        "[]",
        "{}",
        json.dumps({**ANSWER, "type": "password"}),
        json.dumps({**ANSWER, "rawId": "a b"}),
        json.dumps({**ANSWER, "response": None}),
        json.dumps({**ANSWER, "response": {"clientDataJSON": "e30"}}),
        json.dumps({**ANSWER, "id": "A" * 9000}),
        "[" * 8000,
    ],
)
def test_passkey_that_cannot_be_read_is_refused(broken: str) -> None:
    assert not PasskeyForm({"credential": broken}).is_valid()


def test_landline_with_a_text_message_is_told_beside_the_choice() -> None:
    form = PhoneForm({"country": "GB", "number": "0121 234 5678", "channel": "sms"}, kind=phone.KIND)

    assert not form.is_valid()
    assert list(form.errors) == ["channel"]
    assert PhoneForm(
        {"country": "GB", "number": "0121 234 5678", "channel": "voice"}, kind=phone.KIND
    ).is_valid()


@pytest.mark.parametrize("number", ["+881 6 12345678", "+44 70 1234 5678"])
def test_phone_form_says_that_satellites_and_forwarded_numbers_get_no_code(number: str) -> None:
    form = PhoneForm({"country": "", "number": number, "channel": "voice"}, kind=phone.KIND)
    assert "satellite phones or call-forwarding numbers" in form.errors["number"][0]


def test_number_without_its_country_is_told_beside_the_country() -> None:
    form = PhoneForm({"country": "", "number": "201 555 0123", "channel": "sms"}, kind=phone.KIND)

    assert not form.is_valid()
    assert list(form.errors) == ["country"]


def test_number_given_whole_needs_no_country() -> None:
    form = PhoneForm({"country": "", "number": "+1 201 555 0123", "channel": "sms"}, kind=phone.KIND)

    assert form.is_valid()
    assert form.target == {"phone": "+12015550123", "channel": "sms"}
