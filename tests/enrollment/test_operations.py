"""Changes are written down before they are made, and settled once; what got lost is found out later."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.errors import TenantError
from accounts.identity import subject_of
from enrollment.account.settlement import Expected
from enrollment.audit.log import Attempt, Refused, record
from enrollment.flows.methods import remove_factor
from enrollment.flows.overview import security_overview
from enrollment.flows.ticket import open_links, send_ticket
from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import Action, ActivityEvent, Outcome
from enrollment.models.operation import Operation
from enrollment.pending.state_machine import KEPT_FOR, LEASE
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.console import run
from tests.support.clock import Clock
from tests.support.killing import Killed, killed_at
from tests.support.mails import delivered
from tests.support.tenant import Tenant

TOTP, PHONE = "totp|dev_tess_totp", "phone|dev_tess_phone"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"
LIST = "GET /api/v2/users/*/authentication-methods"
TICKET = "POST /api/v2/guardian/enrollments/ticket"

pytestmark = pytest.mark.usefixtures("no_throttle")


def outcomes() -> list[str]:
    return list(ActivityEvent.objects.order_by("pk").values_list("outcome", flat=True))


def states() -> list[str]:
    return list(Operation.objects.order_by("begun_at").values_list("state", flat=True))


def lose_the_answer(tenant: Tenant, user: User) -> None:
    """The removal is carried out, its answer lost, and no list read by then."""
    tenant.fault(LIST, times=1)  # the first list is answered …
    tenant.fault(LIST, status=403, times=1)  # … and the second is not
    tenant.fault(DELETE, drop=True, after=True, times=1)
    with pytest.raises(TenantError):
        remove_factor(acting(user), user, TOTP)


def test_removal_whose_answer_was_lost_is_found_out_at_the_next_look_and_told_once(
    tenant: Tenant, tess: User
) -> None:
    lose_the_answer(tenant, tess)
    assert (outcomes(), states(), delivered()) == (["unknown"], ["unknown"], [])

    for _again in range(2):
        security_overview(tess)

    assert (outcomes(), states()) == (["unknown", "done"], ["done"])
    assert [message.subject for message in delivered()] == ["A factor was removed from your account"]
    assert "203.0.113.9" in delivered()[0].body
    assert not Operation.objects.open().exists()


def test_change_found_out_later_is_dated_when_it_was_made(tenant: Tenant, tess: User, elapse: Clock) -> None:
    lose_the_answer(tenant, tess)
    made = timezone.now()
    elapse(3600)

    security_overview(tess)

    assert ActivityEvent.objects.get(outcome="done").at - made < timedelta(minutes=1)


def test_removal_that_may_yet_be_carried_out_is_waited_for_and_then_said_not_to_be(
    tenant: Tenant, tess: User, elapse: Clock
) -> None:
    tenant.fault(DELETE, status=202, body="<html>Later</html>", times=1)
    with pytest.raises(TenantError):
        remove_factor(acting(tess), tess, TOTP)

    security_overview(tess)
    assert outcomes() == ["unknown"]
    elapse(LEASE)
    security_overview(tess)

    assert (outcomes(), states(), delivered()) == (["unknown", "failed"], ["not_done"], [])


def test_tenant_that_shows_no_list_leaves_it_open_for_a_day(
    tenant: Tenant, tess: User, elapse: Clock
) -> None:
    lose_the_answer(tenant, tess)
    tenant.fault(LIST, status=403)

    elapse(LEASE)
    security_overview(tess)
    assert Operation.objects.open().exists()
    elapse(timedelta(days=1).total_seconds())
    security_overview(tess)

    assert (outcomes(), states()) == (["unknown"], ["unknown"])
    assert not Operation.objects.open().exists()


def test_link_whose_maker_died_is_said_to_be_unsure_once_and_counts_as_open(
    tenant: Tenant, tess: User, elapse: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in count(1):
        with pytest.raises(Killed), killed_at(point, monkeypatch):
            send_ticket(acting(tess), tess)
        elapse(LEASE)
        if Operation.objects.exists():
            break

    for _again in range(2):
        security_overview(tess)

    assert outcomes() == ["unknown"]
    assert len(open_links(tess)) == 1


def test_what_a_rule_refused_begins_no_operation(tenant: Tenant, tess: User) -> None:
    with pytest.raises(Refused):
        remove_factor(acting(tess), tess, "totp|nobodys")

    assert (outcomes(), states()) == (["refused"], [])


def test_nothing_is_changed_that_could_not_be_written_down(
    tenant: Tenant, tess: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(Operation, "save", fail)
    with pytest.raises(DatabaseError):
        remove_factor(acting(tess), tess, TOTP)

    assert any(method["id"] == TOTP for method in tenant.user(tenant["tess"])["methods"])


def test_row_that_could_not_be_written_is_made_up_for_at_the_next_look(
    tenant: Tenant, tess: User, monkeypatch: pytest.MonkeyPatch, elapse: Clock
) -> None:
    def fail(_self: ActivityEvent, **_kwargs: object) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(ActivityEvent, "save", fail)
        remove_factor(acting(tess), tess, TOTP)
    assert delivered() == []
    elapse(LEASE)
    security_overview(tess)

    assert outcomes() == ["done"]
    assert len(delivered()) == 1


class DeadOnceChanged(LocMemCache):
    """A cache that fails from the moment in which something was changed at the tenant."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        self._fail_if_changed()
        return super().get(key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._fail_if_changed()
        super().set(*args, **kwargs)

    def delete(self, key: str, version: int | None = None) -> bool:
        self._fail_if_changed()
        return super().delete(key, version)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        self._fail_if_changed()
        return super().add(*args, **kwargs)

    def _fail_if_changed(self) -> None:
        if Operation.objects.exists():
            raise ConnectionError("no such store")


def test_cache_that_fails_after_the_change_does_not_make_it_failed(
    tenant: Tenant, tess: User, settings: Settings
) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DeadOnceChanged"}}

    remove_factor(acting(tess), tess, TOTP)

    assert (outcomes(), states()) == (["done"], ["done"])
    assert len(delivered()) == 1


def test_cleanup_finds_out_what_nobody_looked_at_and_says_so(
    tenant: Tenant, tess: User, elapse: Clock
) -> None:
    lose_the_answer(tenant, tess)
    elapse(LEASE)
    change = {"action": "factor:removed", "factor": "Phone app", "outcome": "done"}

    foreseen = run("mfa_cleanup", "--json", "--dry-run").json
    assert [person["changes"] for person in foreseen["people"]] == [[change]]
    assert outcomes() == ["unknown"]

    assert run("mfa_cleanup", "--json").json == {**foreseen, "dry_run": False}
    assert outcomes() == ["unknown", "done"]
    assert len(delivered()) == 1
    assert run("mfa_cleanup", "--json").json["people"] == []


def test_cleanup_as_text_says_what_became_of_a_change(tenant: Tenant, tess: User, elapse: Clock) -> None:
    lose_the_answer(tenant, tess)
    elapse(LEASE)

    assert run("mfa_cleanup").out.startswith("tess@example.test: Factor removed: Done\n")


def test_operation_that_is_long_over_is_deleted_and_its_row_kept(
    tenant: Tenant, tess: User, elapse: Clock
) -> None:
    remove_factor(acting(tess), tess, TOTP)
    elapse(KEPT_FOR)
    elapse(1)

    assert run("mfa_cleanup", "--json").json["records_deleted"] == 1
    assert (outcomes(), states()) == (["done"], [])


# A worker that was slower than it may be


@pytest.fixture
def slow(tess: User) -> Attempt:
    """A removal whose call is answered after its time."""
    attempt = Attempt(acting(tess), tess, Action.FACTOR_REMOVED, "totp", "Phone app", TOTP)
    attempt.begin(Expected(gone=(TOTP,)))
    return attempt


@pytest.mark.parametrize("late", [Outcome.DONE, Outcome.UNKNOWN, Outcome.FAILED])
def test_worker_that_answers_after_the_list_has_told_adds_nothing(
    tenant: Tenant, tess: User, slow: Attempt, elapse: Clock, late: Outcome
) -> None:
    ManagementGateway.current().delete_method(subject_of(tess), TOTP)
    elapse(LEASE)
    security_overview(tess)
    assert (outcomes(), len(delivered())) == (["done"], 1)

    record(slow, late)

    assert (outcomes(), states(), len(delivered())) == (["done"], ["done"], 1)


def test_worker_that_saw_it_done_is_right_where_a_list_said_otherwise(
    tenant: Tenant, tess: User, slow: Attempt, elapse: Clock
) -> None:
    elapse(LEASE)
    security_overview(tess)
    assert outcomes() == ["failed"]

    record(slow, Outcome.DONE)

    assert (outcomes(), states(), len(delivered())) == (["failed", "done"], ["done"], 1)


def test_page_finds_out_what_was_lost_without_a_cache_too(
    tenant: Tenant, tess: User, settings: Settings
) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DeadOnceChanged"}}
    lose_the_answer(tenant, tess)

    security_overview(tess)

    assert (outcomes(), states()) == (["unknown", "done"], ["done"])
