"""The audit trail in the admin: read and searched by support, changed by nobody."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.identity import subject_of
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.outbox import OutboxEmail
from mfaproject.users.models import User
from tests.enrollment.admin_pages import TRAIL
from tests.enrollment.reading import text_of
from tests.support.person import Person

People = Callable[..., Person]
SENT = {"sent_at": timezone.now(), "next_try_at": None}
FAILED = {"problem": "timeout"}


@pytest.fixture
def event(tess: User) -> ActivityEvent:
    return ActivityEvent.objects.create(
        subject=tess,
        subject_label=subject_of(tess) or "",
        actor_label="sol@example.test",
        action=Action.FACTOR_REMOVED,
        factor_kind="totp",
        factor_name="Phone app",
        outcome=Outcome.FAILED,
        code="forbidden",
        reason="He lost it",
        ip="203.0.113.9",
        source="admin",
    )


def listed(person: Person, **query: str) -> str:
    return text_of(person.open("/admin/") and person.client.get(TRAIL, query))


def test_trail_says_in_a_row_what_happened_to_whom_by_whom_and_why(
    person: People, event: ActivityEvent
) -> None:
    said = listed(person("sol"))

    assert "Removed Authenticator app “Phone app”: failed, nothing was changed" in said
    assert "tess@example.test sol@example.test Not done - He lost it admin" in said


@pytest.mark.parametrize(("facts", "said"), [(SENT, "Sent"), (FAILED, "Failed so far"), ({}, "Waiting")])
def test_trail_says_of_each_row_how_its_email_fared(
    person: People, event: ActivityEvent, facts: dict[str, object], said: str
) -> None:
    OutboxEmail.objects.create(event=event, language="en", encrypted_message="", **facts)

    assert f"Not done {said} He lost it" in listed(person("sol"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "tess@example.test"}, True),
        ({"q": "auth0|db231c0a6cb06dfacfb221e1"}, True),
        ({"q": "lost it"}, True),
        ({"q": "203.0.113.9"}, True),
        ({"q": "nobody"}, False),
        ({"action__exact": "factor:removed", "outcome__exact": "failed", "source": "admin"}, True),
        ({"outcome__exact": "done"}, False),
    ],
)
def test_trail_is_searched_and_filtered(
    person: People, event: ActivityEvent, query: dict[str, str], *, found: bool
) -> None:
    assert ("Phone app" in listed(person("sol"), **query)) is found


def test_trail_is_read_only_even_for_administrators(person: People, event: ActivityEvent) -> None:
    ada = person("ada")
    page = ada.open(f"{TRAIL}{event.pk}/change/")

    assert "203.0.113.9" in text_of(page)
    assert 'name="_save"' not in page.content.decode()
    assert ada.client.get(f"{TRAIL}add/").status_code == 403
    assert ada.client.post(f"{TRAIL}{event.pk}/change/", {"reason": "x"}).status_code == 403
    assert ada.client.post(f"{TRAIL}{event.pk}/delete/", {"post": "yes"}).status_code == 403
    ada.client.post(TRAIL, {"action": "delete_selected", "_selected_action": str(event.pk), "post": "yes"})
    assert ActivityEvent.objects.get().reason == "He lost it"


def test_deleted_account_stays_in_the_trail(person: People, event: ActivityEvent, tess: User) -> None:
    ada = person("ada")
    ada.open("/admin/")

    ada.client.post(f"/admin/users/user/{tess.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=tess.pk).exists()
    assert "auth0|db231c0a6cb06dfacfb221e1 sol@example.test" in listed(ada)
