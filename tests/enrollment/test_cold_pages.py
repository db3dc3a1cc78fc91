"""Many people with cold pages on the free plan: everybody has a page at once and the list in time."""

import time
from collections.abc import Callable

import pytest

from tests.enrollment.reading import text_of
from tests.enrollment.test_pages_remove import kinds_of, link_to_remove
from tests.support.crowd import open_at_once, person_with_an_app, visitor_of
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

People = Callable[..., Person]
CROWD = 8
# Policy, switches, Actions and their flow: read once, however many pages want them.
FOR_EVERYBODY = 4
# The machine that runs this may be busy with other tests.
PAGE_SECONDS, LIST_SECONDS = 5, 20


@pytest.mark.usefixtures("database_for_threads")
def test_crowd_with_cold_pages_has_pages_at_once_and_lists_in_turn(tenant: Tenant) -> None:
    visitors = [visitor_of(person_with_an_app(tenant, number)) for number in range(CROWD)]
    tenant.set_settings(rate_limits=True, plan="free")

    seen = open_at_once(tenant, visitors)

    assert {status for visitor in visitors for status in visitor.statuses} == {200}
    assert all(visitor.has_list for visitor in visitors)
    assert any(len(visitor.statuses) > 1 for visitor in visitors)
    assert seen.slowest_page < PAGE_SECONDS
    assert seen.last_list < LIST_SECONDS
    assert seen.refusals <= 1
    assert seen.calls <= CROWD + 1 + FOR_EVERYBODY


@pytest.mark.usefixtures("database_for_threads")
def test_change_goes_through_while_others_wait(person: People, tenant: Tenant) -> None:
    visitors = [visitor_of(person_with_an_app(tenant, number)) for number in range(CROWD)]
    tess = person("tess")
    page = tess.open(link_to_remove(tess))
    tenant.set_settings(rate_limits=True, plan="free")

    with DatabaseThreads(CROWD) as workers:
        waiting = [workers.submit(visitor.visit) for visitor in visitors]
        time.sleep(1)
        done = tess.press(page, "Remove it")
        still_waiting = sum(not each.done() for each in waiting)

    assert still_waiting
    assert "Removed" in text_of(tess.follow(done))
    assert "totp" not in kinds_of(tess)
    assert all(visitor.has_list for visitor in visitors)
