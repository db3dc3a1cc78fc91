"""The list of what happened to one's own account, here and at the tenant."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from enrollment.models import ActivityEvent
from enrollment.tenant_log import log_of
from tests.enrollment.reading import MANAGEMENT, SECURITY, text_of
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
ACTIVITY = f"{SECURITY}activity/"
LOGS = "GET /api/v2/users/*/logs"


def happened(user: User, count: int, **values: object) -> None:
    now = timezone.now()
    for age in range(count):
        ActivityEvent.objects.create(
            subject=user,
            **{"actor": user, "action": "factor:renamed", "outcome": "done", "source": "page"}
            | {"factor_kind": "totp", "factor_name": f"App {age}.", "at": now - timedelta(hours=age)}
            | values,
        )


def logged(tenant: Tenant, who: Person, *kinds: str, **members: Any) -> None:
    """Entries of the tenant's log that come from elsewhere."""
    entries = [{"type": kind, "user_id": who.account.sub, **members} for kind in kinds]
    tenant.control("logs", entries)


def told(page: Any) -> list[str]:
    """The sentences of the list, one for each happening."""
    found = re.findall(r"<li>.*?<p>(.*?)</p>", page.content.decode(), re.DOTALL)
    return [unescape(sentence) for sentence in found]


def ago(**span: int) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()


def user_of(who: Person) -> User:
    return User.objects.get(sub=who.account.sub)


def signed_in(person: People, name: str = "tess") -> Person:
    """Somebody whose log the page has not seen yet."""
    who = person(name)
    who.sign_in()
    return who


def test_sign_in_is_told_with_time_place_address_and_browser(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.browser.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"
    tess.sign_in()

    said = text_of(tess.client.get(ACTIVITY))

    assert "Signed in to “Demo site” just now Firefox on Linux Lund, Sweden 127.0.0.1" in said
    assert "Nov" in said or str(timezone.now().year) in said


def test_place_that_is_not_known_leaves_the_address(person: People, tenant: Tenant) -> None:
    tenant.set_settings(location={})
    said = text_of(signed_in(person).client.get(ACTIVITY))

    assert "Lund" not in said
    assert "127.0.0.1" in said


def test_sign_in_and_its_second_factor_are_one_line(person: People, tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])
    said = text_of(signed_in(person).client.get(ACTIVITY))

    assert "Signed in to “Demo site”, confirmed with Authenticator app" in said
    assert "Confirmed with" not in said


def test_wrong_password_is_a_failure_that_the_filter_finds(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    logged(tenant, tess, "fp", ip="198.51.100.7", date=ago(hours=2))

    all_of_it = text_of(tess.client.get(ACTIVITY))
    failed = text_of(tess.client.get(ACTIVITY, {"show": "failed"}))
    changes = text_of(tess.client.get(ACTIVITY, {"show": "changes"}))

    assert "A sign-in with a wrong password 2 hours ago" in all_of_it
    assert "wrong password" in failed
    assert "Signed in to" not in failed
    assert "wrong password" not in changes
    assert "Nothing of this kind" in changes


def test_filters_split_the_local_trail_as_well(person: People) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 1)
    happened(user_of(tess), 1, outcome="failed", factor_name="Lost one.")

    sign_ins = text_of(tess.client.get(ACTIVITY, {"show": "sign-ins"}))
    failed = text_of(tess.client.get(ACTIVITY, {"show": "failed"}))
    changes = text_of(tess.client.get(ACTIVITY, {"show": "changes"}))

    assert "App 0." not in sign_ins
    assert "Signed in to" in sign_ins
    assert "Lost one." in failed
    assert "App 0." not in failed
    assert "App 0." in changes


@pytest.mark.parametrize("show", ["", "nonsense", "' OR 1=1"])
def test_filter_that_does_not_exist_shows_all(person: People, show: str) -> None:
    assert "Signed in to" in text_of(signed_in(person).client.get(ACTIVITY, {"show": show}))


def test_removal_here_is_told_once_though_the_tenant_noted_it_too(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    page = tess.open(f"{SECURITY}phone%7Cdev_tess_phone/remove/")
    tess.submit(page, to_path=page.request["PATH_INFO"].replace("%7C", "|"))
    assert [entry["type"] for entry in tenant.read("logs?type=gd_unenroll")] == ["gd_unenroll"]

    page = tess.client.get(ACTIVITY)

    assert [sentence for sentence in told(page) if "Removed" in sentence] == ["Removed Phone “+1 ••••••23”"]
    assert "by you" in text_of(page)


def test_removal_elsewhere_is_told_beside_the_one_here(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 1, action="factor:removed", factor_id="totp|dev_a", factor_name="Mine")
    details = {"enrollment": {"_id": "totp|dev_b", "name": "Secret name", "phone_number": "+15555550123"}}
    logged(tenant, tess, "gd_unenroll", details=details)

    removed = [sentence for sentence in told(tess.client.get(ACTIVITY)) if "Removed" in sentence]

    assert sorted(removed) == ["Removed Authenticator app", "Removed Authenticator app “Mine”"]


def test_lost_answer_is_settled_by_the_tenants_log(person: People, tenant: Tenant) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 1, action="factor:removed", outcome="unknown", factor_id="totp|dev_a")
    logged(tenant, tess, "gd_unenroll", details={"enrollment": {"_id": "totp|dev_a"}})

    removed = [sentence for sentence in told(tess.client.get(ACTIVITY)) if "Removed" in sentence]

    assert removed == ["Removed Authenticator app “App 0.”"]


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


# Calls


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


@pytest.mark.parametrize(("entries", "queries"), [(0, 6), (45, 6)])
def test_activity_page_asks_the_database_as_often_whatever_happened(
    person: People, entries: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tess = signed_in(person)
    tess.client.get(ACTIVITY)
    happened(user_of(tess), entries)

    # session, user, recent rows, count and rows of older ones, freeze
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


# Paging


def test_activity_is_listed_latest_first_in_pages(person: People) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 45)

    first, second, last = (tess.client.get(ACTIVITY, {"page": page}) for page in "123")

    assert "Page 1 of 3" in text_of(first)
    assert "Older" not in text_of(last)
    assert [len(told(page)) for page in (first, second, last)] == [20, 20, 6]
    apps = [f"Renamed Authenticator app “App {age}.”" for age in range(45)]
    listed = told(first) + told(second) + told(last)
    assert [sentence for sentence in listed if "App" in sentence and "Signed" not in sentence] == apps
    assert "Signed in to “Demo site”" in listed[:2]


def test_pages_keep_the_filter(person: People) -> None:
    tess = signed_in(person)
    happened(user_of(tess), 25)

    page = tess.client.get(ACTIVITY, {"show": "changes"}).content.decode()

    assert "?show=changes&amp;page=2" in page


def test_activity_page_out_of_range_shows_the_last_one(person: People) -> None:
    assert person("nia").open(f"{ACTIVITY}?page=99").status_code == 200


# Whose


def test_activity_of_somebody_else_is_not_shown(person: People) -> None:
    tess, nia = signed_in(person), signed_in(person, "nia")
    happened(user_of(tess), 1)

    assert "App 0." not in text_of(nia.client.get(ACTIVITY))


def test_activity_by_support_says_so_and_keeps_their_address(person: People) -> None:
    tess, ada = signed_in(person), signed_in(person, "ada")
    happened(user_of(tess), 1, actor=user_of(ada), ip="203.0.113.9", source="admin")

    said = text_of(tess.client.get(ACTIVITY))

    assert "by support" in said
    assert "203.0.113.9" not in said


def test_quiet_account_without_a_log_says_what_will_be_here(person: People, tenant: Tenant) -> None:
    nia = signed_in(person, "nia")
    tenant.fault(LOGS, status=503)

    assert "Nothing yet" in text_of(nia.client.get(ACTIVITY))


def test_moment_is_written_out(person: People) -> None:
    tess = signed_in(person)
    moment: datetime = timezone.now() - timedelta(days=3)
    happened(user_of(tess), 1, at=moment)

    assert f'datetime="{moment.isoformat()}"' in tess.client.get(ACTIVITY).content.decode()
