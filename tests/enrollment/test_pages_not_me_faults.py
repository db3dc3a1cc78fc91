"""“This wasn't me” where a step fails: it is told truly, and the others are done."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from enrollment.models.activity import ActivityEvent
from tests.enrollment.alarms import (
    APPS,
    BROWSERS,
    DONE,
    FORGOTTEN,
    LOCKED,
    NOT_ME,
    OUT_HERE,
    OUT_THERE,
    REVOKE,
    SESSIONS,
    TOKENS,
    UNDONE,
    alarm,
    outcomes,
    parts,
    user_of,
)
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]


@pytest.mark.parametrize(
    ("faults", "undone", "done"),
    [
        # No sessions API in the plan: tokens are still ended, by a call of their own.
        ([(REVOKE, {"status": 403}), (SESSIONS, {"status": 403})], [OUT_THERE], [APPS, FORGOTTEN]),
        ([(REVOKE, {"status": 404}), (SESSIONS, {"status": 404})], [OUT_THERE], [APPS, FORGOTTEN]),
        ([(REVOKE, {"status": 403})], [], [OUT_THERE, APPS, FORGOTTEN]),
        ([(REVOKE, {"status": 403}), (TOKENS, {"status": 403})], [APPS], [OUT_THERE, FORGOTTEN]),
        ([(REVOKE, {"status": 429})], [OUT_THERE, APPS], [FORGOTTEN]),
        ([(BROWSERS, {"status": 403})], [FORGOTTEN], [OUT_THERE, APPS]),
        ([("* /api/v2/**", {"status": 403})], [OUT_THERE, APPS, FORGOTTEN], []),
        ([("POST /oauth/token", {"status": 401})], [OUT_THERE, APPS, FORGOTTEN], []),
    ],
)
def test_step_that_fails_is_told_and_the_others_are_done(
    person: People,
    tenant: Tenant,
    faults: list[tuple[str, dict[str, Any]]],
    undone: list[str],
    done: list[str],
) -> None:
    tess, thief = person("tess"), person("tess")
    tess.open(SECURITY)
    thief.open(SECURITY)
    cache.clear()  # no token of the site's is kept
    for route, fault in faults:
        tenant.fault(route, **fault)

    page = alarm(tess)

    not_said, said = parts(page)
    assert [step for step in (OUT_THERE, APPS, FORGOTTEN) if UNDONE[step] in not_said] == undone
    assert [step for step in (OUT_THERE, APPS, FORGOTTEN) if step in said] == done
    assert LOCKED in said
    assert OUT_HERE in said
    assert thief.client.get(SECURITY).status_code == 302
    expected = "Not everything could be done" if undone else "Everybody else is shut out"
    assert heading_of(page) == expected
    assert "It may have been done" not in not_said
    assert ("may come back to this site" in not_said) is (OUT_THERE in undone)


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": True, "after": True},
        {"status": 500},
        {"status": 502, "after": True},
        {"status": 200, "body": "<html>Welcome</html>"},
        {"status": 204},
    ],
)
def test_answer_that_is_lost_for_good_is_told_as_unsure(
    person: People, tenant: Tenant, fault: dict[str, Any]
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(REVOKE, **fault)

    undone, done = parts(alarm(tess))

    assert UNDONE[OUT_THERE] in undone
    assert UNDONE[APPS] in undone
    assert "It may have been done all the same" in undone
    assert FORGOTTEN in done
    assert outcomes(tess)["tenant-sessions:ended"] == "unknown"


@pytest.mark.parametrize("route", [REVOKE, BROWSERS])
def test_answer_that_is_lost_once_is_asked_for_again(person: People, tenant: Tenant, route: str) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tenant.fault(route, drop=True, after=True, times=1)

    assert parts(alarm(tess))[0] == ""


def test_tenant_that_is_down_leaves_what_can_be_done_here(
    person: People, tenant: Tenant, settings: Any
) -> None:
    tess, thief = person("tess"), person("tess")
    tess.open(SECURITY)
    thief.open(SECURITY)
    domain, settings.AUTH0_DOMAIN = settings.AUTH0_DOMAIN, "localhost:9"

    undone, done = parts(alarm(tess))

    assert all(UNDONE[step] in undone for step in (OUT_THERE, APPS, FORGOTTEN))
    assert "could not be reached" in undone
    assert LOCKED in done
    assert thief.client.get(SECURITY).status_code == 302
    settings.AUTH0_DOMAIN = domain
    assert parts(alarm(tess, DONE))[0] == ""


def test_site_that_broke_off_is_not_told_as_done(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    user = user_of(tess)
    for action in ("alarm:raised", "account:frozen"):
        ActivityEvent.objects.create(subject=user, actor=user, action=action, outcome="done", source="page")

    undone, done = parts(tess.client.get(DONE))

    assert LOCKED in done
    assert all(UNDONE[step] in undone for step in (OUT_HERE, OUT_THERE, APPS, FORGOTTEN))
    assert "broke off" in undone


def test_store_of_sessions_that_fails_keeps_nobody_signed_in_nor_the_tenant_from_being_asked(
    person: People, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess, thief = person("tess"), person("tess")
    tess.open(SECURITY)
    thief.open(SECURITY)
    page = tess.client.get(NOT_ME)

    def broken(*_: object, **__: object) -> None:
        raise ConnectionError("no such store")

    monkeypatch.setattr("accounts.sessions.user_sessions._delete_session", broken)
    tess.submit(page, to_path=NOT_ME)
    monkeypatch.undo()

    undone, done = parts(tess.client.get(DONE))
    assert undone == ""
    assert OUT_HERE in done
    assert OUT_THERE in done
    assert thief.client.get(SECURITY).status_code == 302


def test_step_that_is_not_offered_at_all_is_not_offered_to_be_tried_again(
    person: People, tenant: Tenant
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    for route in (REVOKE, SESSIONS):
        tenant.fault(route, status=403)
    assert "Try again" not in text_of(alarm(tess))

    tenant.fault(BROWSERS, status=503)
    assert "Try again" in text_of(alarm(tess))
