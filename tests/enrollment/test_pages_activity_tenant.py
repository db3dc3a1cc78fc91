"""The tenant's part of the activity page: what is taken over, at what cost, and when it cannot be had."""

import json
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from enrollment.gateways.tenant_log import log_of
from tests.enrollment.happenings import (
    ACTIVITY,
    LOGS,
    People,
    ago,
    happened,
    logged,
    signed_in,
    told,
    user_of,
)
from tests.enrollment.reading import MANAGEMENT, text_of
from tests.support.tenant import Tenant


def test_nothing_but_what_is_on_the_list_leaves_the_gateway(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    secret = "SECRET-918273"
    details = {
        "enrollment": {"_id": "totp|dev_x", "phone_number": secret, "name": secret, "identifier": secret},
        "authenticator": {"phone_number": secret, "type": "totp"},
        "request": {"body": {"code": secret}, "auth": secret, "path": secret},
        "failure_details": {"errorCode": secret, "message": secret},
        "response": secret,
        "session_id": secret,
    }
    logged(
        *(tenant, tess, "gd_auth_failed", "gd_enrollment_complete", "fp", "gd_news_of_tomorrow"),
        details=details,
        description=secret,
        user_name=secret,
        audience=secret,
        scope=secret,
        hostname=secret,
    )

    page = tess.client.get(ACTIVITY)

    assert secret not in page.content.decode()
    assert secret not in repr(log_of(tess.account.sub))
    assert "gd_news_of_tomorrow" in text_of(page)


def test_what_the_tenant_calls_things_is_no_markup(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    script = "<script>alert(1)</script>"
    where = {"city_name": script, "country_name": script}
    logged(
        *(tenant, tess, "s"),
        client_name=script,
        user_agent=script,
        ip=script,
        location_info=where,
        details={"enrollment": {"_id": script}},
        log_id=script,
    )

    assert script not in tess.client.get(ACTIVITY).content.decode()


@pytest.mark.parametrize(
    "entry",
    [
        {"type": None},
        {"type": 7, "details": []},
        {"date": "yesterday"},
        {"date": {"$date": 1}},
        {"log_id": ""},
        {"details": {"prompts": "x", "enrollment": 7, "authenticator": None}},
        {"details": None, "location_info": None, "ip": 7},
    ],
)
def test_entry_of_an_odd_shape_breaks_nothing(person: People, tenant: Tenant, entry: dict[str, Any]) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 1)
    usual = {"type": "s", "log_id": "1", "date": ago(minutes=5), "user_id": tess.account.sub}
    answer = {"start": 0, "limit": 100, "length": 2, "total": 2, "logs": [usual, {**usual, **entry}]}
    tenant.fault(LOGS, status=200, headers={"content-type": "application/json"}, body=json.dumps(answer))

    assert "Renamed Authenticator app “App 0.”" in told(tess.client.get(ACTIVITY))


def test_activity_page_cold_makes_one_call_and_warm_none(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    tenant.exchanges()

    tess.client.get(ACTIVITY)
    cold = tenant.exchanges(MANAGEMENT)
    tess.client.get(ACTIVITY, {"show": "failed", "page": "2"})
    tess.client.get(ACTIVITY)

    assert [(call["method"], call["path"].partition("?")[2]) for call in cold] == [
        ("GET", "page=0&per_page=100&sort=date%3A-1&include_totals=true")
    ]
    assert tenant.exchanges(MANAGEMENT) == []


@pytest.mark.parametrize(("entries", "queries"), [(0, 7), (45, 7)])
def test_activity_page_asks_the_database_as_often_whatever_happened(
    person: People, entries: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tess = signed_in(person)
    tess.client.get(ACTIVITY)
    happened(user_of(tess), entries)

    # session, user, recent rows, enrollments given up, count and rows of older ones, freeze
    with django_assert_num_queries(queries if entries else queries - 1):
        tess.client.get(ACTIVITY)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ({"status": 503}, "has a problem of its own"),
        ({"status": 403}, "does not let this site do that"),
        ({"status": 429, "headers": {"retry-after": "30"}}, "asked too often"),
        ({"drop": True}, "broke off"),
        ({"status": 200, "body": "<html>"}, "makes no sense"),
        ({"status": 200, "body": '{"logs": 7}'}, "makes no sense"),
    ],
)
def test_tenants_log_that_cannot_be_read_leaves_the_local_trail_and_says_so(
    person: People, tenant: Tenant, fault: dict[str, Any], cause: str
) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 3)
    tenant.fault(LOGS, **fault)
    tenant.exchanges()

    page = tess.client.get(ACTIVITY)
    tess.client.get(ACTIVITY)

    said = text_of(page)
    assert page.status_code == 200
    assert cause in said
    assert "What was done on this site is all here" in said
    assert "App 2." in said
    # Three tries of the first page, none of the second: it waits before asking again.
    assert len(tenant.exchanges(MANAGEMENT)) <= 3
