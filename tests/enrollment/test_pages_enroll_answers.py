"""What a page does about each answer of the tenant: a row for every problem there is, and nothing burnt."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from enrollment.gateways import Problem
from enrollment.views.enroll.answers import ANSWERS, Answer
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


def test_tenant_down_at_the_first_page_leads_back_and_says_why(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    nia.sign_in()
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)

    page = nia.open(add("totp"))

    assert heading_of(page) == "Account security"
    assert "has a problem of its own" in text_of(page)


def test_kind_that_is_switched_off_is_said_and_not_begun(person: People, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": False})
    nia = Adder(person("nia"), "totp")

    page = nia.open()

    assert "does not offer this for your account" in text_of(page)
    assert nia.who.client.post(add("totp")).status_code == 422
    assert not tenant.exchanges("/me/v1/")


def test_my_account_without_a_grant_offers_the_tenants_own_page_and_no_circle(
    person: People, tenant: Tenant
) -> None:
    tenant.control("clients", {"client_id": "demo-web", "user_grants": {}})
    nia = person("nia")

    refused = nia.open(add("totp"))
    assert refused.status_code == 403
    assert "See what else you can do" in text_of(refused)

    page = nia.client.get(add("totp"))
    assert page.status_code == 403
    assert HOSTED in text_of(page)
    assert nia.open(f"{add('totp')}link/").status_code == 200
    # Trying again is possible, and asks anew.
    assert nia.client.get(f"{add('totp')}?again")["Location"].startswith("/step-up/")


def test_my_account_closed_leaves_passkeys_to_support(person: People, tenant: Tenant) -> None:
    tenant.set_settings(my_account_active=False)
    nia = Adder(person("nia"), "passkey")
    nia.open()

    page = nia.give()

    assert page.status_code == 403
    assert "Ask support." in text_of(page)
    assert HOSTED not in text_of(page)


def test_budget_spent_holds_the_third_write_back_and_keeps_the_enrollment(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tenant.set_settings(plan="free", rate_limits=True)
    nia = Adder(person("nia"), "phone")
    nia.begin()
    nia.step = nia.confirm("000000")
    tenant.exchanges()

    page = nia.confirm()

    assert page.status_code == 429
    assert "It takes the next one in" in text_of(page)
    assert tenant.exchanges("/me/v1/") == []
    elapse(61)
    assert nia.confirm().status_code == 200


def test_budget_spent_before_beginning_keeps_what_was_typed(person: People, tenant: Tenant) -> None:
    tenant.set_settings(plan="free", rate_limits=True)
    who = person("nia")
    Adder(who, "totp").begin()
    Adder(who, "push").begin()
    nia = Adder(who, "phone")
    nia.open()

    page = nia.give()

    assert page.status_code == 429
    assert form_with(page.content.decode(), "number").fields["number"] == NUMBER


def test_budget_refused_by_the_tenant_itself_is_told_alike(person: People, tenant: Tenant) -> None:
    nia = Adder(person("nia"), "totp")
    nia.open()
    tenant.fault(COLLECTION, status=429, body=body("A0E-429-0001", 429))

    page = nia.give()

    assert "It takes the next one in 60 seconds" in text_of(page)
    assert page["Retry-After"]
