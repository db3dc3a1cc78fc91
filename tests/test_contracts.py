"""The descriptions that every other test's exchanges are held against, and that the check can fail."""

import json
from typing import Any

import pytest

from tests.plugins import contracts

if not contracts.has_descriptions():
    WHY = "no ../shared/contracts here: exchanges with the local tenant are not checked against them"
    pytest.skip(WHY, allow_module_level=True)

METHOD = {"id": "totp|dev_1", "type": "totp", "created_at": "2026-01-02T10:00:00.000Z"}
METERED = {"x-ratelimit-limit": "5", "x-ratelimit-remaining": "4", "x-ratelimit-reset": "1767225600"}


def record(method: str, path: str, status: int, answer: Any, **more: Any) -> dict[str, Any]:
    return {
        "method": method,
        "path": path,
        "query": "",
        "request_headers": {"Content-Type": "application/json"},
        "request_body": "",
        "status": status,
        "response_headers": {"Content-Type": "application/json", **METERED},
        "response_body": json.dumps(answer),
        "fault": False,
        **more,
    }


def test_contracts_are_three() -> None:
    assert [each.name for each in contracts.descriptions()] == [
        "management-api",
        "my-account-api",
        "authentication-api",
    ]


def test_exchange_as_described_passes() -> None:
    path = "/api/v2/users/auth0%7C1/authentication-methods"
    assert contracts.complaints(record("GET", path, 200, [METHOD], query="page=0&per_page=50")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": 418}, "status 418 is not declared"),
        ({"path": "/api/v2/users/auth0%7C1/factors"}, "is not in management-api"),
        ({"query": "colour=blue"}, "query parameter colour is not declared"),
        ({"response_body": json.dumps([{**METHOD, "colour": "blue"}])}, "'colour' was unexpected"),
        ({"response_body": json.dumps([{**METHOD, "confirmed": "yes"}])}, "is not of type 'boolean'"),
        ({"response_body": json.dumps([{**METHOD, "created_at": "yesterday"}])}, "is not a 'date-time'"),
        ({"response_body": "<html>"}, "not JSON"),
        ({"response_headers": {"Content-Type": "text/html"}}, "media type 'text/html' is not declared"),
    ],
)
def test_exchange_that_leaves_the_description_is_told(change: dict[str, Any], said: str) -> None:
    path = "/api/v2/users/auth0%7C1/authentication-methods"
    found = contracts.complaints(record("GET", path, 200, [METHOD]) | change)
    assert said in "\n".join(found)


def test_request_with_an_undeclared_member_is_told() -> None:
    path = "/api/v2/users/auth0%7C1/authentication-methods/totp%7Cdev_1"
    sent = json.dumps({"name": "New phone", "colour": "blue"})
    found = contracts.complaints(record("PATCH", path, 200, METHOD, request_body=sent))
    assert "'colour' was unexpected" in "\n".join(found)


def test_my_account_answer_without_its_headers_is_told() -> None:
    made = {"id": "totp|dev_1", "auth_session": "Fe26.2**a", "barcode_uri": "otpauth://totp/a"}
    sent = json.dumps({"type": "totp"})
    found = contracts.complaints(
        record("POST", "/me/v1/authentication-methods", 202, made, request_body=sent)
    )
    assert [text.partition(": ")[2] for text in found] == ["header Location is missing"]


def test_faulted_exchange_is_exempt() -> None:
    assert contracts.complaints(record("GET", "/api/v2/users", 200, "rubbish", fault=True)) == []


def test_page_that_nobody_describes_is_left_alone() -> None:
    assert contracts.complaints(record("GET", "/u/login", 200, "<html>")) == []
