"""“This wasn't me”, from the page: everybody else is out, and the person reads all that was done."""

from collections.abc import Callable

import pytest
from django.core import mail

from accounts.models import UserSession
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import AccountLock, current_lock
from tests.enrollment.alarms import (
    ACTIVITY,
    APPS,
    DONE,
    FORGOTTEN,
    LOCKED,
    NOT_ME,
    OUT_HERE,
    OUT_THERE,
    alarm,
    outcomes,
    parts,
    user_of,
)
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]


def sessions_at(tenant: Tenant, who: Person) -> list[str]:
    """Sessions and live refresh tokens that the tenant has of somebody."""
    api = tenant.http.get
    token = tenant.http.post(
        f"{tenant.base_url}/oauth/token",
        data={
            "grant_type": "client_credentials",
            "audience": f"{tenant.base_url}/api/v2/",
            **tenant.clients["management"],
        },
        timeout=5,
    ).json()["access_token"]
    answer = api(
        f"{tenant.base_url}/api/v2/users/{who.account.sub.replace('|', '%7C')}/sessions",
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    ).json()
    return [session["id"] for session in answer["sessions"]]


def test_alarm_ends_every_other_browser_here_and_at_the_tenant(person: People, tenant: Tenant) -> None:
    tess, thief, nia = person("tess"), person("tess"), person("nia")
    for browser in (tess, thief, nia):
        browser.open(SECURITY)
    assert len(sessions_at(tenant, tess)) == 2

    page = alarm(tess)

    assert heading_of(page) == "Everybody else is shut out"
    assert thief.client.get(SECURITY)["Location"].startswith("/sign-in/")
    assert tess.client.get(SECURITY).status_code == 200
    assert nia.client.get(SECURITY).status_code == 200
    assert sessions_at(tenant, tess) == []
    assert len(sessions_at(tenant, nia)) == 1
    assert UserSession.objects.filter(user=user_of(tess)).count() == 1


def test_alarm_says_all_that_it_did_and_nothing_undone(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(SECURITY)

    undone, done = parts(alarm(tess))

    assert undone == ""
    assert all(step in done for step in (LOCKED, OUT_HERE, OUT_THERE, APPS, FORGOTTEN))
    assert tess.tenant.user(tess.account)["remembered_browsers"] == []
    assert set(outcomes(tess).values()) == {"done"}


def test_alarm_makes_two_calls_where_all_goes_well(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    page = tess.client.get(NOT_ME)
    tenant.exchanges()
    tess.submit(page, to_path=NOT_ME)

    calls = tenant.exchanges("/api/v2/")
    assert [call["path"].rpartition("/")[2] for call in calls] == [
        "revoke-access",
        "invalidate-remember-browser",
    ]


def test_alarm_asks_for_no_proof_beyond_being_signed_in(person: People, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    elapse(3600)

    assert heading_of(alarm(tess)) == "Everybody else is shut out"


def test_alarm_of_somebody_who_is_not_signed_in_is_a_sign_in(person: People) -> None:
    nobody = person("tess")

    assert nobody.client.post(NOT_ME)["Location"].startswith("/sign-in/")
    assert not AccountLock.objects.exists()


def test_alarm_from_another_site_does_nothing(person: People) -> None:
    tess = person("tess", enforce_csrf_checks=True)
    tess.open(SECURITY)

    assert tess.client.post(NOT_ME).status_code == 403
    assert not AccountLock.objects.exists()


def test_looking_at_the_page_does_nothing(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tess.client.get(NOT_ME)
    tess.client.get(DONE)

    assert not AccountLock.objects.exists()
    assert mail.outbox == []


def test_confirmation_says_what_will_happen_and_names_the_other_browsers(person: People) -> None:
    tess, thief = person("tess"), person("tess", REMOTE_ADDR="203.0.113.66")
    thief.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"
    tess.open(SECURITY)
    thief.open(SECURITY)

    said = text_of(tess.client.get(NOT_ME))

    assert "Firefox on Windows, 203.0.113.66" in said
    for promise in ("frozen", "signed out of this site", "sign-in service", "forgotten", "email you"):
        assert promise in said
    assert said.count("last seen") == 1


def test_alarm_from_a_row_names_it_and_keeps_it_in_the_trail(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    row = ActivityEvent.objects.create(
        subject=user_of(tess), actor=user_of(tess), action="factor:renamed", outcome="done", source="page"
    )

    listed = tess.client.get(ACTIVITY).content.decode()
    assert f"?about=here%3A{row.pk}" in listed
    page = tess.client.get(NOT_ME, {"about": f"here:{row.pk}"})
    assert "Renamed any kind" in text_of(page)
    tess.submit(page, to_path=NOT_ME)

    assert ActivityEvent.objects.get(action="alarm:raised").reason.startswith("Renamed any kind, ")


def test_row_of_the_tenants_log_can_be_named_too(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.sign_in()
    entry = tenant.read("logs?type=s")[0]["log_id"]

    assert "Signed in to “Demo site”" in text_of(tess.client.get(NOT_ME, {"about": f"tenant:{entry}"}))


@pytest.mark.parametrize(
    "about", ["here:1", "here:999999999999999999999999", "here:x", "tenant:x", "x", "<b>"]
)
def test_row_that_is_not_ones_own_is_not_named_and_holds_nobody_up(person: People, about: str) -> None:
    tess, nia = person("tess"), person("nia")
    tess.open(SECURITY)
    nia.open(SECURITY)
    ActivityEvent.objects.create(
        pk=1, subject=user_of(nia), action="factor:added", factor_name="Nia's", outcome="done", source="page"
    )
    page = tess.client.get(NOT_ME, {"about": about})

    assert "Nia's" not in text_of(page)
    tess.client.post(NOT_ME, {"about": about})
    assert ActivityEvent.objects.get(action="alarm:raised").reason == ""
    assert current_lock(user_of(tess))


def test_alarm_is_mailed_with_a_link_that_only_shows(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)

    (message,) = mail.outbox
    assert message.to == ["tess@example.test"]
    assert "this wasn't me" in message.subject
    assert message.body.strip().endswith(ACTIVITY)


def test_alarm_again_and_again_is_held_back_and_what_was_done_holds(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    for _ in range(3):
        alarm(tess)
    tenant.exchanges()

    page = alarm(tess)

    assert "several times just now" in text_of(page)
    assert heading_of(page) == "Everybody else is shut out"
    assert tenant.exchanges("/api/v2/") == []
    assert len(mail.outbox) == 3
    elapse(16 * 60)
    alarm(tess)
    assert len(mail.outbox) == 4
