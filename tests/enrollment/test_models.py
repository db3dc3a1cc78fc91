"""The audit trail is added to and never changed."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from enrollment.models.activity import Action, ActivityEvent, AppendOnlyError, Outcome, event_sentence
from mfaproject.users.models import User
from tests.support.users import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("auth0|nia", username="nia", email="nia@example.test")


@pytest.fixture
def event(person: User) -> ActivityEvent:
    return ActivityEvent.objects.create(
        subject=person,
        actor=person,
        actor_label=person.email,
        action=Action.FACTOR_REMOVED,
        factor_kind="totp",
        factor_name="Pixel",
        outcome=Outcome.DONE,
        source="page",
    )


CHANGES: dict[str, Callable[[ActivityEvent], object]] = {
    "save": lambda event: event.save(),
    "save some": lambda event: event.save(update_fields=["outcome"]),
    "delete": lambda event: event.delete(),
    "update all": lambda _event: ActivityEvent.objects.all().update(outcome="refused"),
    "update some": lambda _event: ActivityEvent.objects.filter(action="x").update(outcome="refused"),
    "update by person": lambda event: ActivityEvent.objects.of(event.subject).update(outcome="refused"),
    "delete all": lambda _event: ActivityEvent.objects.all().delete(),
    "bulk update": lambda event: ActivityEvent.objects.bulk_update([event], ["outcome"]),
    "update or create": lambda event: ActivityEvent.objects.update_or_create(
        pk=event.pk, defaults={"code": "x"}
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_row_cannot_be_changed(event: ActivityEvent, change: Callable[[ActivityEvent], object]) -> None:
    event.outcome = Outcome.REFUSED

    with pytest.raises(AppendOnlyError):
        change(event)
    assert ActivityEvent.objects.get().outcome == "done"


def test_row_loaded_from_the_database_cannot_be_saved(event: ActivityEvent) -> None:
    with pytest.raises(AppendOnlyError):
        ActivityEvent.objects.get(pk=event.pk).save()


def test_new_row_with_the_number_of_an_old_one_does_not_replace_it(event: ActivityEvent) -> None:
    forged = ActivityEvent(pk=event.pk, action="x", outcome="refused", source="page")

    with pytest.raises((IntegrityError, AppendOnlyError)), transaction.atomic():
        forged.save()
    assert ActivityEvent.objects.get().outcome == "done"


def test_row_outlives_the_people_in_it(event: ActivityEvent, person: User) -> None:
    person.delete()

    row = ActivityEvent.objects.get()
    assert row.subject is None
    assert row.actor is None
    assert row.actor_label == "nia@example.test"


def test_rows_come_latest_first(event: ActivityEvent) -> None:
    later = ActivityEvent.objects.create(action="x", outcome="done", source="page")

    assert list(ActivityEvent.objects.all()) == [later, event]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("done", "Removed Authenticator app “Pixel”"),
        ("refused", "Removed Authenticator app “Pixel”: refused"),
        ("failed", "Removed Authenticator app “Pixel”: failed, nothing was changed"),
        ("unknown", "Removed Authenticator app “Pixel”: may have been done, the answer got lost"),
    ],
)
def test_row_reads_as_a_sentence(outcome: str, said: str) -> None:
    assert event_sentence("factor:removed", outcome, "totp", "Pixel") == said


@pytest.mark.parametrize("action", Action.values)
@pytest.mark.parametrize("outcome", Outcome.values)
@pytest.mark.parametrize(("kind", "name"), [("", ""), ("totp", ""), ("", "100 %(s)s"), ("new-kind", "%s")])
def test_every_row_has_a_sentence(action: str, outcome: str, kind: str, name: str) -> None:
    said = event_sentence(action, outcome, kind, name)

    assert said
    assert "%(factor)s" not in said


def test_action_of_a_later_version_is_shown_raw() -> None:
    assert event_sentence("factor:teleported", "done", "totp", "") == "factor:teleported"


def test_name_that_is_the_kind_is_not_said_twice() -> None:
    assert event_sentence("factor:removed", "done", "passkey", "Passkey") == "Removed Passkey"


def test_row_knows_whether_somebody_else_did_it(event: ActivityEvent, person: User) -> None:
    assert not event.by_somebody_else
    assert ActivityEvent(subject=person, actor=None).by_somebody_else
