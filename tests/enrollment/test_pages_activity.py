"""The list of what happened to one's own account: whose, in which order, how it is picked."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

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
from tests.enrollment.reading import SECURITY, text_of
from tests.support.tenant import Tenant


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
