"""The list of what happened to one's own account."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from enrollment.models import ActivityEvent
from tests.enrollment.reading import SECURITY, text_of
from tests.support.person import Person

People = Callable[..., Person]
ACTIVITY = f"{SECURITY}activity/"


def happened(user: User, count: int, **values: object) -> None:
    now = timezone.now()
    for age in range(count):
        ActivityEvent.objects.create(
            subject=user,
            **{"actor": user, "action": "factor:renamed", "outcome": "done", "source": "page"}
            | {"factor_kind": "totp", "factor_name": f"App {age}", "at": now - timedelta(hours=age)}
            | values,
        )


def test_activity_of_a_quiet_account_says_what_will_be_here(person: People) -> None:
    assert "Nothing yet" in text_of(person("nia").open(ACTIVITY))


def test_activity_is_listed_latest_first_in_pages(
    person: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    happened(User.objects.get(sub=tess.account.sub), 45)

    with django_assert_num_queries(4):  # session, user, count, rows
        first = text_of(tess.client.get(ACTIVITY))
    assert first.index("App 0") < first.index("App 19")
    assert "App 20" not in first
    assert "Page 1 of 3" in first

    last = text_of(tess.client.get(ACTIVITY, {"page": "3"}))
    assert "App 44" in last
    assert "Older" not in last


def test_activity_of_somebody_else_is_not_shown(person: People) -> None:
    tess, nia = person("tess"), person("nia")
    tess.open(SECURITY)
    nia.open(SECURITY)
    happened(User.objects.get(sub=tess.account.sub), 1)

    assert "App 0" not in text_of(nia.client.get(ACTIVITY))


def test_activity_by_support_says_so_and_keeps_their_address(person: People) -> None:
    tess, ada = person("tess"), person("ada")
    tess.open(SECURITY)
    ada.open(SECURITY)
    support = User.objects.get(sub=ada.account.sub)
    happened(User.objects.get(sub=tess.account.sub), 1, actor=support, ip="203.0.113.9", source="admin")

    said = text_of(tess.client.get(ACTIVITY))

    assert "by support" in said
    assert "203.0.113.9" not in said


def test_activity_page_out_of_range_shows_the_last_one(person: People) -> None:
    assert person("nia").open(f"{ACTIVITY}?page=99").status_code == 200
