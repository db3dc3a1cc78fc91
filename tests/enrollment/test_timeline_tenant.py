"""What the tenant's log means to a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enrollment.audit.log_types import TYPES, type_of
from enrollment.audit.timeline import LogEntry, merge
from enrollment.audit.timeline_sources import entries_from_tenant_log

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def entry(kind: str, number: int = 1, after: float = 0, **members: Any) -> LogEntry:
    return LogEntry(f"log_{number}", NOON + timedelta(seconds=after), kind, **members)


def told(*entries: LogEntry) -> list[str]:
    return [each.sentence for each in entries_from_tenant_log(entries)]


@pytest.mark.parametrize(
    "kind",
    [
        *("seacft", "sertft", "seccft", "ssa", "fsa", "sapi", "mgmt_api_read", "api_limit", "srrt", "mfar"),
        *("gd_start_auth", "gd_start_enroll", "gd_send_sms", "gd_send_sms_failure", "gd_tenant_update"),
        *("passkey_challenge_started", "my_account_authentication_method_of_tomorrow", "", "s|", "%(type)s"),
    ],
)
def test_type_that_is_noise_to_a_person_is_left_out(kind: str) -> None:
    assert told(entry(kind)) == []


@pytest.mark.parametrize("kind", TYPES)
def test_type_that_is_news_has_a_sentence_without_gaps(kind: str) -> None:
    (sentence,) = told(entry(kind, application="A 100%(x)s shop", factor_type="totp"))
    assert sentence.strip()
    assert "%(" not in sentence.replace("%(x)s", "")


def test_type_that_came_later_is_told_in_general_words() -> None:
    assert told(entry("gd_hologram_lost")) == [
        "Something about your second factors was noted: gd_hologram_lost"
    ]


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ("create", []),
        ("verify", ["Added Authenticator app"]),
        ("update", ["Changed Authenticator app"]),
        ("delete", ["Removed Authenticator app"]),
        ("sing", []),
    ],
)
def test_operation_of_the_my_account_api_is_told_when_it_changed_something(
    operation: str, sentence: list[str]
) -> None:
    kind = "my_account_authentication_method_succeeded"
    assert told(entry(kind, operation=operation, factor_type="totp")) == sentence
    assert type_of(kind, operation) is None or sentence


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ("verify", "A new factor was not confirmed, the code or other proof was wrong: Phone"),
        ("create", "A change to your ways of signing in was refused: Phone"),
        ("", "A change to your ways of signing in was refused: Phone"),
    ],
)
def test_failure_of_the_my_account_api_says_what_was_tried(operation: str, sentence: str) -> None:
    kind = "my_account_authentication_method_failed"
    assert told(entry(kind, operation=operation, factor_type="phone")) == [sentence]


@pytest.mark.parametrize("result", ["succeeded", "failed"])
def test_site_that_calls_the_my_account_api_does_not_pass_for_a_browser_of_the_person(result: str) -> None:
    kind = f"my_account_authentication_method_{result}"
    called = entry(kind, operation="verify", user_agent="python-httpx/0.28.1", place="Ashburn, USA")
    browsed = replace(called, user_agent="Mozilla/5.0 (X11; Linux x86_64)")

    (by_server,), (by_browser,) = entries_from_tenant_log([called]), entries_from_tenant_log([browsed])

    assert (by_server.user_agent, by_server.place) == ("", "")
    assert (by_browser.user_agent, by_browser.place) == (browsed.user_agent, "Ashburn, USA")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ({"factor_type": "otp"}, "Authenticator app"),
        ({"factor_type": "sms"}, "Phone"),
        ({"factor_id": "webauthn-roaming|dev_1"}, "Security key"),
        ({"factor_type": "push-notification"}, "Push notification"),
        ({"factor_id": "dev_1"}, "a second factor"),
        ({}, "a second factor"),
    ],
)
def test_kind_is_named_by_type_or_by_the_methods_id(name: dict[str, Any], label: str) -> None:
    assert told(entry("gd_unenroll", **name)) == [f"Removed {label}"]


def test_proof_belongs_to_the_sign_in_of_the_same_browser_soon_after() -> None:
    proof = entry("gd_auth_succeed", 1, 0, ip="192.0.2.1", user_agent="A", factor_type="totp")
    signed_in = entry("s", 2, 20, ip="192.0.2.1", user_agent="A", application="Shop")

    assert told(proof, signed_in) == ["Signed in to “Shop”, confirmed with Authenticator app"]
    assert told(signed_in, proof) == told(proof, signed_in)
    for other in (
        replace(signed_in, ip="192.0.2.2"),
        replace(signed_in, user_agent="B"),
        replace(signed_in, at=NOON + timedelta(minutes=4)),
        replace(signed_in, at=NOON - SECOND),
    ):
        assert len(told(proof, other)) == 2


@pytest.mark.parametrize("ids", [("1", "2"), ("2", "1")])
def test_proof_of_the_very_moment_of_the_sign_in_belongs_to_it_whatever_the_ids(ids: tuple[str, str]) -> None:
    proof = replace(entry("gd_auth_succeed", factor_type="totp"), id=ids[0])
    signed_in = replace(entry("s", application="Shop"), id=ids[1])

    assert told(proof, signed_in) == ["Signed in to “Shop”, confirmed with Authenticator app"]


def test_sign_in_whose_proof_is_not_listed_says_that_there_was_one() -> None:
    assert told(entry("s", with_mfa=True)) == ["Signed in to a site or app, confirmed with a second factor"]


def test_entry_that_comes_twice_is_told_once() -> None:
    assert len(told(entry("fp"), entry("fp"))) == 1


def test_repeat_by_the_second_api_is_told_once() -> None:
    noted = entries_from_tenant_log(
        [
            entry("gd_enrollment_complete", 1, factor_id="totp|dev_1"),
            entry(
                "my_account_authentication_method_succeeded",
                2,
                1,
                operation="verify",
                factor_type="totp",
                factor_id="totp|dev_1",
            ),
        ]
    )
    assert len(merge([], noted)) == 1
