"""What the pages ask of the database; statements that only open or close a transaction are not counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment.audit import dispatch
from tests.enrollment.adding import Adder
from tests.enrollment.reading import SECURITY, heading_of
from tests.enrollment.test_pages_remove import kinds_of, link_to_remove
from tests.support.person import Person

People = Callable[..., Person]
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@contextmanager
def at_most(number: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]
    assert len(asked) <= number, "\n".join(asked)


@pytest.fixture(autouse=True)
def _emails_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Emails are delivered when the answer has gone: that costs nobody's page a query."""
    monkeypatch.setattr(dispatch, "start_delivery", lambda: None)


def test_security_page_asks_six_things(person: People) -> None:
    tess = person("tess")
    tess.open(SECURITY)

    # Session, user, enrollments, operations that are open, locks, latest activity and when the recovery code
    # was saved.
    with at_most(6):
        tess.client.get(SECURITY)


def test_adding_begins_with_eight_queries_and_is_confirmed_with_thirteen(person: People) -> None:
    tess = Adder(person("tess"), "totp")
    tess.open()

    # Session, user, lock, enrollments; the row before the call, the lock at it, what came of it; session.
    with at_most(8):
        begun = tess.give()
    tess.step = tess.who.follow(begun)
    # Session, user, the row for the form and for the flow, lock; the turn; the lock at both calls and in
    # between; what came of it, the trail, the email's row, who was told.
    with at_most(13):
        done = tess.confirm()

    assert "is on your account" in heading_of(tess.who.follow(done))


def test_removing_takes_fifteen_queries(person: People) -> None:
    tess = person("tess")
    page = tess.open(link_to_remove(tess))

    # Session, user, lock; the lease taken, renewed and given back; the lock behind it and at the call; the
    # trail, the email's row; session. A first lease is looked for and written. The operation is begun, and
    # settled.
    with at_most(15):
        tess.press(page, "Remove it")

    assert "totp" not in kinds_of(tess)
