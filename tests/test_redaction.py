"""What the log may not say: tokens, codes, addresses and numbers, whoever wrote the line."""

import io
import json
import logging
from logging.config import dictConfig

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from mfaproject.logs import REDACTED, clean, clean_text, logging_settings

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhdXRoMHwxIn0.c2lnbmF0dXJl"
SECRETS = [
    ("Bearer abc.def-ghi", "abc.def-ghi"),
    (f"id_token={JWT}", JWT),
    (f"the token {JWT} was refused", JWT),
    ("GET /auth/complete/auth0/?code=Xy12-_z&state=Qr34", "Xy12-_z"),
    ("GET /auth/complete/auth0/?code=Xy12-_z&state=Qr34", "Qr34"),
    ('{"client_secret": "s3cr3t"}', "s3cr3t"),
    ("refresh_token=v1.Mabc&scope=openid", "v1.Mabc"),
    ("mail to ida.holm+x@example.test bounced", "ida.holm+x@example.test"),
    ("call +46 70 123 45 67 failed", "70 123"),
    ("call +15551230042", "+15551230042"),
]
NAMES = ["access_token", "AUTH0_CLIENT_SECRET", "password", "Authorization", "code", "otp", "recovery_code"]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_text_with_a_secret_in_it_loses_it(text: str, secret: str) -> None:
    assert secret not in clean_text(text)


@pytest.mark.parametrize("name", NAMES)
def test_field_with_a_secret_name_is_redacted_whatever_it_holds(name: str) -> None:
    assert clean("123456", name) == REDACTED


def test_nested_values_are_cleaned_by_name_and_by_look() -> None:
    value = {"headers": {"Authorization": "x"}, "people": ["ida@example.test"], "status_code": 401}
    assert clean(value) == {"headers": {"Authorization": REDACTED}, "people": ["[email]"], "status_code": 401}


@pytest.mark.parametrize(
    "text",
    ["factor removed", "GET /account/security/ 200", "auth0|65f0c0ffee", "took 0.123 s", "error_code=x"],
)
def test_text_with_no_secret_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_cleaned_values_when_cleaned_again_stay_the_same(value: object) -> None:
    once = clean(value)
    assert clean(once) == once


def logged(write: object, *, as_json: bool = True) -> str:
    """What a logging call leaves on stderr under the project's configuration."""
    stream = io.StringIO()
    config = logging_settings(as_json=as_json, level="INFO")
    config["handlers"]["stderr"]["stream"] = stream
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    dictConfig(config)
    try:
        write()  # type: ignore[operator]
    finally:
        root.handlers[:] = before
    return stream.getvalue()


def test_log_line_from_the_standard_library_is_json_without_secrets() -> None:
    line = logged(lambda: logging.getLogger("some.library").warning("sent %s to %s", JWT, "ida@example.test"))
    entry = json.loads(line)
    assert entry["event"] == f"sent {REDACTED} to [email]"
    assert (entry["level"], entry["logger"]) == ("warning", "some.library")


def test_log_line_of_ours_keeps_names_and_drops_secrets() -> None:
    line = logged(lambda: structlog.get_logger("enrollment").info("factor.removed", kind="otp", token="abc"))
    entry = json.loads(line)
    assert (entry["event"], entry["kind"], entry["token"]) == ("factor.removed", "otp", REDACTED)


def test_traceback_in_the_log_is_cleaned_too() -> None:
    def fail() -> None:
        try:
            raise ValueError(f"bad token {JWT} of ida@example.test")
        except ValueError:
            logging.getLogger("django.request").exception("Internal Server Error: /x")

    line = logged(fail)
    assert "ValueError" in line
    assert JWT not in line
    assert "ida@example.test" not in line


def test_log_while_developing_is_for_people_and_clean_as_well() -> None:
    line = logged(lambda: logging.getLogger("x").warning("Bearer abcdef"), as_json=False)
    assert "abcdef" not in line
    assert not line.startswith("{")
