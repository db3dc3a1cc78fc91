"""What a page does about each answer of the tenant: a row for every problem there is, and nothing burnt."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.auth0.errors import Problem
from enrollment.views.enroll.errors import ANSWERS, Answer
from tests.enrollment.adding import COLLECTION, NUMBER, VERIFY, Adder, add
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.forms import form_with
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
HOSTED = "own page instead"


def body(code: str, status: int, **members: Any) -> str:
    return json.dumps(
        {"type": f"https://auth0.com/api-errors/{code}", "status": status, "title": "T", "detail": "D"}
        | members
    )


def wrong(field: str) -> list[dict[str, str]]:
    return [{"detail": "no", "field": field, "pointer": f"/{field}", "source": "body"}]


# Problem, what the tenant answers to "begin", status of the page, what it says.
BEGUN: list[tuple[Problem, dict[str, Any], int, str]] = [
    (Problem.TOKEN_ENDED, {"status": 401, "body": body("A0E-401-0003", 401)}, 302, ""),
    (
        Problem.UNMET_REQUIREMENTS,
        {"status": 403, "body": json.dumps({"error": "unmet_authentication_requirements"})},
        302,
        "",
    ),
    (
        Problem.NOT_ACTIVATED,
        {"status": 404, "body": body("A0E-404-0001", 404)},
        403,
        HOSTED,
    ),
    (
        Problem.MISSING_SCOPE,
        {"status": 403, "body": body("A0E-403-0002", 403)},
        403,
        HOSTED,
    ),
    (Problem.FORBIDDEN, {"status": 403, "body": body("A0E-403-0009", 403)}, 403, "Ask support."),
    (
        Problem.RATE_LIMITED,
        {"status": 429, "headers": {"retry-after": "40"}, "body": body("A0E-429-0001", 429)},
        429,
        "It takes the next one in 40 seconds",
    ),
    (
        Problem.CONFLICT,
        {"status": 409, "body": body("A0E-409-0001", 409)},
        422,
        "something that is there already",
    ),
    (
        Problem.INVALID,
        {
            "status": 400,
            "body": body("A0E-400-0003", 400, validation_errors=wrong("phone_number")),
        },
        422,
        "does not take this number",
    ),
    (Problem.REJECTED, {"status": 400, "body": body("A0E-400-0001", 400)}, 422, "did not accept this"),
    (Problem.OUT_OF_ORDER, {"status": 503, "body": "down"}, 503, "has a problem of its own"),
    (Problem.LOST, {"drop": True, "after": True}, 503, "broke off"),
    (Problem.GARBAGE, {"status": 202, "body": "<html>"}, 503, "makes no sense"),
    (Problem.TIMEOUT, {"delay": 1.5}, 503, "too long to answer"),
]
# Told the same, and not to be had from the tenant by a page's begin.
ELSEWHERE = {
    Problem.WRONG_CODE,  # an answer to "verify"
    Problem.NOT_FOUND,  # likewise
    Problem.CREDENTIALS,  # of the Management API
    Problem.NOT_CONFIGURED,
    Problem.LOCKED,  # by the owner, meanwhile
    Problem.UNREACHABLE,  # the tenant is gone before it gets that far
}


def test_every_problem_has_an_answer_and_a_row() -> None:
    assert set(ANSWERS) == set(Problem)
    assert {problem for problem, *_rest in BEGUN} | ELSEWHERE == set(Problem)


@pytest.mark.parametrize(("problem", "fault", "status", "said"), BEGUN, ids=[str(row[0]) for row in BEGUN])
def test_begin_that_the_tenant_does_not_take_is_told(
    person: People,
    tenant: Tenant,
    settings: Any,
    problem: Problem,
    fault: dict[str, Any],
    status: int,
    said: str,
) -> None:
    settings.TENANT_READ_TIMEOUT = 1
    nia = Adder(person("nia"), "phone")
    nia.open()
    tenant.fault(COLLECTION, **fault)

    page = nia.give()

    assert page.status_code == status
    assert ANSWERS[problem].value == status
    if status == 302:
        assert page["Location"] == f"/step-up/?{urlencode({'next': add('phone')})}"
        return
    assert said in text_of(page)
    assert ("Retry-After" in page) is (status == 429)
    if ANSWERS[problem] is not Answer.UNAVAILABLE:
        # What was typed is still there.
        assert form_with(page.content.decode(), "number").fields["number"] == NUMBER
    assert "phone" not in nia.methods()


@pytest.mark.parametrize("problem", [Problem.TOKEN_ENDED, Problem.UNMET_REQUIREMENTS])
def test_begin_without_a_good_token_steps_up_and_comes_back_with_what_was_typed(
    person: People, tenant: Tenant, problem: Problem
) -> None:
    nia = Adder(person("nia"), "phone")
    nia.open()
    tenant.fault(COLLECTION, **next(row[1] for row in BEGUN if row[0] is problem), times=1)

    back = nia.who.follow(nia.give())

    assert back.request["PATH_INFO"] == add("phone")
    assert form_with(back.content.decode(), "number").fields["number"] == NUMBER
    nia.step = back
    assert nia.who.follow(nia.give()).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (
            {"status": 429, "headers": {"retry-after": "40"}, "body": body("A0E-429-0001", 429)},
            429,
            "It takes the next one in 40 seconds",
        ),
        ({"status": 409, "body": body("A0E-409-0001", 409)}, 422, "something that is there already"),
        ({"status": 403, "body": body("A0E-403-0002", 403)}, 403, "Ask support."),
    ],
)
def test_confirm_that_the_tenant_does_not_look_at_costs_nothing(
    person: People, tenant: Tenant, fault: dict[str, Any], status: int, said: str
) -> None:
    nia = Adder(person("nia"), "phone")
    nia.begin()
    tenant.fault(VERIFY, **fault, times=1)

    page = nia.confirm()

    assert page.status_code == status
    assert said in text_of(page)
    assert nia.row.state == "challenged"
    assert nia.row.attempts == 0


def test_confirm_with_an_ended_token_steps_up_and_comes_back_to_the_same_enrollment(
    person: People, tenant: Tenant
) -> None:
    nia = Adder(person("nia"), "phone")
    nia.begin()
    tenant.fault(VERIFY, status=401, body=body("A0E-401-0003", 401), times=1)

    back = nia.who.follow(nia.confirm())

    assert back.request["PATH_INFO"] == nia.path
    assert "Nothing was sent yet" in text_of(back)
    assert nia.confirm().status_code == 200


def test_confirm_after_the_window_steps_up_and_comes_back_to_the_same_enrollment(
    person: People, elapse: Clock, settings: Any
) -> None:
    settings.STEP_UP_MAX_AGE = 300
    nia = Adder(person("nia"), "phone")
    nia.begin()
    code = nia.code()
    elapse(301)

    assert nia.who.client.get(nia.path)["Location"].startswith("/step-up/")
    back = nia.who.follow(nia.confirm(code))

    assert back.request["PATH_INFO"] == nia.path
    assert code not in back.content.decode()


@pytest.mark.parametrize("kind", ["totp", "phone", "email", "push"])
def test_confirm_whose_answer_is_lost_finds_the_factor_by_itself(
    person: People, tenant: Tenant, kind: str
) -> None:
    tess = Adder(person("tess"), kind)
    tess.begin()
    if kind == "push":
        tess.scan()
    tenant.fault(VERIFY, drop=True, after=True)

    page = tess.who.follow(tess.confirm())

    assert "is on your account" in heading_of(page)


def test_confirm_whose_answer_is_lost_before_it_was_done_says_so_and_goes_on(
    person: People, tenant: Tenant
) -> None:
    tess = Adder(person("tess"), "phone")
    tess.begin()
    code = tess.code()
    tenant.fault(VERIFY, drop=True, times=1)

    page = tess.confirm(code)

    assert page.status_code == 503
    assert "was not done" in text_of(page)
    assert "is on your account" in heading_of(tess.who.follow(tess.confirm(code)))
