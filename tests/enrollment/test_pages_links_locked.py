"""Links made before "this wasn't me" still work: they are named, and what is added by one is reported."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.core import mail

from enrollment.flows import account_lock
from enrollment.flows.account_lock import late_factors
from enrollment.gateways.factor_cache import fresh_factors_of
from enrollment.models.activity import WHILE_LOCKED, ActivityEvent
from enrollment.models.locks import current_lock, locks_of
from tests.enrollment.alarms import DONE, alarm, user_of
from tests.enrollment.reading import SECURITY, links_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

People = Callable[..., Person]
DAY = 24 * 3600
LATE = "Added while your account was locked"
LINK = f"{SECURITY}add/totp/link/"


def link_of(who: Person) -> str:
    """Make a link and keep it, as somebody does who plans to come back."""
    page = who.open(LINK)
    return str(who.press(page, "Go there now")["Location"])


def added_at_tenant(tenant: Tenant, who: Person) -> str:
    """Add an authenticator app behind the site's back, as the link's page does; return its id."""
    before = tenant.user(who.account)["methods"]
    new = {"type": "totp", "name": "Thief's app", "confirmed": True}
    tenant.add_user(sub=who.account.sub, factors=[*before, new])
    ids = {method["id"] for method in before}
    return next(str(m["id"]) for m in tenant.user(who.account)["methods"] if m["id"] not in ids)


def reports() -> list[Any]:
    return [message for message in mail.outbox if "while your account was locked" in message.subject]


def test_alarm_names_the_links_that_still_work(person: People, elapse: Clock) -> None:
    tess = person("tess")
    link_of(tess)
    elapse(DAY)
    link_of(tess)

    said = text_of(alarm(tess))

    assert "2 links to add a two-factor method were made earlier" in said
    assert "be revoked here" in said
    assert said.count("Works until:") == 2
    elapse(4 * DAY + 60)
    tess.open(SECURITY)
    assert "1 link to add a two-factor method was made" in text_of(tess.client.get(DONE))
    elapse(DAY)
    tess.open(SECURITY)
    assert "Links that still work" not in text_of(tess.client.get(DONE))


@pytest.mark.parametrize("outcome", ["failed", "refused"])
def test_alarm_names_no_link_that_was_not_made_nor_somebody_elses(person: People, outcome: str) -> None:
    tess, nia = person("tess"), person("nia")
    for browser in (tess, nia):
        browser.open(SECURITY)
    link = {"action": "link:made", "source": "page"}
    ActivityEvent.objects.create(subject=user_of(tess), outcome=outcome, **link)
    ActivityEvent.objects.create(subject=user_of(nia), outcome="done", **link)

    assert "Links that still work" not in text_of(alarm(tess))


def test_factor_added_while_locked_is_reported_once_and_offered_for_removal(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(90)
    new = added_at_tenant(tenant, tess)

    locked = [text_of(tess.client.get(SECURITY)) for _ in range(2)]

    assert all(LATE in said for said in locked)
    (report,) = reports()
    assert report.to == [tess.account.email]
    assert "Thief's app" in report.body
    assert "the people who run this site" not in report.body.partition("Was it not you")[0]
    elapse(5)
    page = tess.open(f"{SECURITY}unfreeze/")
    assert current_lock(user_of(tess)) is None
    shown = page.content.decode().partition('id="late"')[2].partition("</section>")[0]
    (remove,) = {link for link in links_of(page, "/remove/") if link in shown}
    tess.client.post(remove)
    assert new not in [method["id"] for method in tenant.user(tess.account)["methods"]]
    assert LATE not in text_of(tess.client.get(SECURITY))
    assert len(reports()) == 1


@pytest.mark.usefixtures("database_for_threads")
def test_factor_seen_by_two_pages_at_once_is_reported_once(
    person: People, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)
    added_at_tenant(tenant, tess)
    user = user_of(tess)
    factors, locks = fresh_factors_of(tess.account.sub), locks_of(user)
    both, report = Barrier(2, timeout=1), account_lock._report

    def slow_report(*args: Any) -> None:
        with suppress(BrokenBarrierError):  # the other one waits for this one's end, as it should
            both.wait()
        report(*args)

    monkeypatch.setattr(account_lock, "_report", slow_report)
    with DatabaseThreads(2) as pool:
        looks = [pool.submit(late_factors, user, factors, locks) for _ in range(2)]

    assert [len(look.result()) for look in looks] == [1, 1]
    assert ActivityEvent.objects.filter(code=WHILE_LOCKED).count() == 1


def test_factor_added_between_two_alarms_is_reported(person: People, tenant: Tenant, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(60)
    added_at_tenant(tenant, tess)
    elapse(60)
    alarm(tess)

    assert LATE in text_of(tess.client.get(SECURITY))


def test_factor_seen_first_by_the_sign_in_that_unlocks_is_reported(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tenant.set_settings(policies=["all-applications"])
    tess, other = person("tess"), person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(60)
    added_at_tenant(tenant, tess)

    other.sign_in()

    assert current_lock(user_of(tess)) is None
    assert len(reports()) == 1


def test_factor_of_before_and_of_after_is_no_news(person: People, tenant: Tenant, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    added_at_tenant(tenant, tess)
    elapse(60)
    alarm(tess)
    elapse(5)
    tess.open(f"{SECURITY}unfreeze/")
    elapse(60)
    added_at_tenant(tenant, tess)
    elapse(120)

    assert LATE not in text_of(tess.client.get(SECURITY))
    assert reports() == []


def test_factor_that_its_owner_left_is_not_offered_for_ever(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(60)
    added_at_tenant(tenant, tess)
    tess.open(f"{SECURITY}unfreeze/")
    assert LATE in text_of(tess.client.get(SECURITY))
    elapse(31 * DAY)

    assert LATE not in text_of(tess.open(SECURITY))
