"""What enrollments leave behind is closed, told and removed; nothing that anybody could use is touched."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.errors import TenantError
from accounts.identity import subject_of
from enrollment.flows.enroll.resume import enrollment_of
from enrollment.flows.overview import security_overview
from enrollment.gateways.factor_cache import factors_of
from enrollment.gateways.sign_in import demand_at_sign_in
from enrollment.kinds import email, passkey, phone, push, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.models.pending_enrollment import PendingEnrollment
from enrollment.pending.state_machine import KEPT_FOR, LEASE, LIFE, ORPHAN_AGE, State
from tests.enrollment.console import run
from tests.enrollment.enrolling import BEGIN, LIST, Enroller, Maker
from tests.support.clock import Clock
from tests.support.mails import delivered

DELETE = "DELETE /api/v2/users/*/authentication-methods/*"


def drafts(person: Enroller) -> list[str]:
    return sorted(method["type"] for method in person.methods(confirmed=False))


def state_of(row: PendingEnrollment) -> State:
    row.refresh_from_db()
    return row.status


# By the command


def test_cleanup_closes_what_is_over_and_removes_it_there(nia_enrolls: Enroller, elapse: Clock) -> None:
    rows = [nia_enrolls.begin(kind) for kind in (totp.KIND, phone.KIND, push.KIND)]
    elapse(LIFE)
    done = run("mfa_cleanup", "--json")

    assert done.status == 0
    (person,) = done.json["people"]
    assert person["sub"] == subject_of(nia_enrolls.user)
    assert {(e["kind"], e["before"], e["after"]) for e in person["enrollments"]} == {
        (row.kind, "challenged", "expired") for row in rows
    }
    assert len(person["removed"]) == 3
    assert drafts(nia_enrolls) == []
    assert {state_of(row) for row in rows} == {State.EXPIRED}
    assert run("mfa_cleanup", "--json").json == {
        "dry_run": False,
        "people": [],
        "tenant": [],
        "records_deleted": 0,
        "emails_unsent": 0,
        "reencryption": None,
    }


def test_dry_run_says_the_same_and_does_nothing(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin()
    elapse(LIFE)
    foreseen = run("mfa_cleanup", "--json", "--dry-run").json
    assert state_of(row) is State.CHALLENGED
    assert drafts(nia_enrolls) == ["totp"]

    done = run("mfa_cleanup", "--json").json
    assert foreseen == {**done, "dry_run": True}


def test_cleanup_as_text_names_who_and_what(nia_enrolls: Enroller, elapse: Clock) -> None:
    nia_enrolls.begin()
    elapse(LIFE)
    assert run("mfa_cleanup", "--dry-run").out.startswith(
        "nia@example.test: Authenticator app: challenged → expired"
    )
    assert (
        "People looked at: 1. Unfinished methods removed: 1. Old records deleted: 0."
        in run("mfa_cleanup").out
    )


def test_cleanup_leaves_what_is_under_way_and_what_is_used(enroller: Maker, elapse: Clock) -> None:
    tess, nia = enroller("tess"), enroller("nia")
    row = tess.begin()
    nia.add(totp.KIND)
    before = len(tess.methods()), len(nia.methods())
    elapse(LIFE / 2)
    assert run("mfa_cleanup", "--json").json["people"] == []

    assert state_of(row) is State.CHALLENGED
    assert drafts(tess) == ["totp"]
    assert (len(tess.methods()), len(nia.methods())) == before


def test_cleanup_finds_what_a_phone_has_confirmed(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    elapse(LIFE)
    mail.outbox.clear()
    done = run("mfa_cleanup", "--json").json

    assert [each["after"] for each in done["people"][0]["enrollments"]] == ["confirmed"]
    assert "push" in nia_enrolls.added()
    assert [event.sentence for event in ActivityEvent.objects.all()] == ["Added Push notification"]
    assert [message.to for message in mail.outbox] == [["nia@example.test"]]


def test_cleanup_that_cannot_read_says_so_and_goes_on(enroller: Maker, elapse: Clock) -> None:
    nia, tess = enroller("nia"), enroller("tess")
    rows = [nia.begin(), tess.begin(email.KIND)]
    elapse(LIFE)
    nia.tenant.fault(LIST, times=1, status=403)
    done = run("mfa_cleanup", "--json")

    assert done.status == 4
    assert sorted(each["problem"] for each in done.json["people"]) == ["", "forbidden"]
    assert sorted(state_of(row) for row in rows) == [State.CHALLENGED, State.EXPIRED]
    assert run("mfa_cleanup").status == 0
    assert {state_of(row) for row in rows} == {State.EXPIRED}


def test_cleanup_that_cannot_remove_tries_again_later(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin()
    elapse(LIFE)
    nia_enrolls.tenant.fault(DELETE, times=1, status=403)
    done = run("mfa_cleanup", "--json")
    assert done.status == 3
    assert len(done.json["people"][0]["left"]) == 1
    assert (state_of(row), drafts(nia_enrolls)) == (State.EXPIRED, ["totp"])
    assert run("mfa_cleanup", "--json").json["people"] == []

    elapse(timedelta(minutes=10))
    assert run("mfa_cleanup").status == 0
    assert drafts(nia_enrolls) == []
    row.refresh_from_db()
    assert (row.orphans, row.clean_up_at) == ((), None)


def test_what_one_api_calls_otherwise_than_the_other_is_removed_all_the_same(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.tenant.fault(DELETE, times=1, status=403)
    elapse(LIFE)
    run("mfa_cleanup")
    row.refresh_from_db()
    (left,) = row.orphans
    row.encrypted_orphans = row.encrypt_orphans([f"push-notification|{left.rpartition('|')[2]}"])
    row.save(update_fields=["encrypted_orphans"])

    elapse(timedelta(minutes=10))
    assert run("mfa_cleanup").status == 0
    assert drafts(nia_enrolls) == []


def test_old_rows_are_deleted_and_the_audit_trail_is_not(nia_enrolls: Enroller, elapse: Clock) -> None:
    nia_enrolls.add(passkey.KIND)
    elapse(KEPT_FOR + timedelta(seconds=1))
    assert run("mfa_cleanup", "--json", "--dry-run").json["records_deleted"] == 1
    assert run("mfa_cleanup", "--json").json["records_deleted"] == 1
    assert not PendingEnrollment.objects.exists()
    assert ActivityEvent.objects.count() == 1


# What no row claims


def test_stray_of_a_lost_answer_goes_once_it_is_old(nia_enrolls: Enroller, elapse: Clock) -> None:
    nia_enrolls.tenant.fault(BEGIN, times=1, after=True, drop=True)
    with pytest.raises(TenantError):
        nia_enrolls.begin()
    elapse(ORPHAN_AGE / 2)
    run("mfa_cleanup")
    assert drafts(nia_enrolls) == ["totp"]

    elapse(ORPHAN_AGE / 2 + timedelta(seconds=1))
    run("mfa_cleanup")
    assert drafts(nia_enrolls) == []


def test_young_enrollment_on_the_tenants_own_page_is_left_alone(enroller: Maker, elapse: Clock) -> None:
    nia = enroller("nia")
    row = nia.begin()
    draft = {
        "type": "push",
        "id": "push|hosted",
        "confirmed": False,
        "created_at": timezone.now().timestamp() + 600,
    }
    nia.tenant.add_user(email="nia@example.test", factors=[*_kept(nia), draft])
    elapse(LIFE)
    run("mfa_cleanup")
    assert state_of(row) is State.EXPIRED
    assert drafts(nia) == ["push"]


def test_draft_that_is_tied_to_a_factor_in_use_is_never_removed(enroller: Maker, elapse: Clock) -> None:
    """Auth0 deletes what is linked together: removing the draft would take the factor along."""
    nia = enroller("nia")
    nia.begin()
    old = timezone.now().timestamp() - 7200
    linked = [
        {"type": "totp", "id": "totp|used", "link_id": "one", "confirmed": True},
        {"type": "push", "id": "push|draft", "link_id": "one", "confirmed": False, "created_at": old},
    ]
    nia.tenant.add_user(email="nia@example.test", factors=[*_kept(nia), *linked])
    elapse(LIFE)
    run("mfa_cleanup")
    assert drafts(nia) == ["push"]
    assert "totp" in nia.added()


# When a page comes by


def test_looking_at_the_page_puts_things_in_order(nia_enrolls: Enroller, elapse: Clock) -> None:
    row = nia_enrolls.begin(phone.KIND)
    elapse(LIFE)
    security_overview(nia_enrolls.user)
    assert state_of(row) is State.EXPIRED
    assert drafts(nia_enrolls) == []


def test_looking_at_the_page_asks_the_tenant_no_more_than_before(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    nia_enrolls.begin(phone.KIND)
    factors_of(subject_of(nia_enrolls.user))
    demand_at_sign_in()
    nia_enrolls.tenant.exchanges()
    security_overview(nia_enrolls.user)
    assert nia_enrolls.tenant.exchanges() == []

    elapse(LIFE)
    nia_enrolls.tenant.fault(DELETE, status=500)
    for _ in range(3):
        security_overview(nia_enrolls.user)
    assert [call["method"] for call in nia_enrolls.tenant.exchanges("/api/v2/users/")] == ["GET", "DELETE"]


def test_page_is_shown_where_the_tenant_fails_and_claims_nothing(
    nia_enrolls: Enroller, elapse: Clock
) -> None:
    row = nia_enrolls.begin(push.KIND)
    elapse(LIFE)
    nia_enrolls.tenant.fault(LIST, status=500)
    assert security_overview(nia_enrolls.user).snapshot.problem
    assert state_of(row) is State.CHALLENGED


def test_mail_that_was_never_sent_is_sent_by_whoever_comes_next(nia_enrolls: Enroller, elapse: Clock) -> None:
    done = nia_enrolls.add(passkey.KIND).pending
    PendingEnrollment.objects.update(notified_at=None, lease_until=timezone.now())
    elapse(LEASE)
    security_overview(nia_enrolls.user)
    security_overview(nia_enrolls.user)

    assert len(delivered()) == 1
    assert enrollment_of(nia_enrolls.user, str(done.pk)).notified_at
    assert ActivityEvent.objects.count() == 1


def test_cleanup_keeps_stdout_for_its_result_where_mail_goes_to_the_console(
    nia_enrolls: Enroller, elapse: Clock, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    nia_enrolls.add(passkey.KIND)
    PendingEnrollment.objects.update(notified_at=None, lease_until=timezone.now())
    elapse(LEASE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    call_command("mfa_cleanup", "--json")

    said = capsys.readouterr()
    assert len(json.loads(said.out)["people"]) == 1
    assert "To: nia@example.test" in said.err


# Page and command agree


@pytest.mark.parametrize("kind", [totp.KIND, phone.KIND, email.KIND, push.KIND, passkey.KIND])
def test_command_lists_what_the_page_shows_after_each_kind(nia_enrolls: Enroller, kind: Kind) -> None:
    nia_enrolls.begin(totp.KIND)  # one that is not finished is nowhere
    if kind is totp.KIND:
        nia_enrolls.confirm(nia_enrolls.begin(), **nia_enrolls.proof(nia_enrolls.begin()))
    else:
        nia_enrolls.add(kind)

    shown = security_overview(nia_enrolls.user).snapshot.factors or ()
    (listed,) = run("mfa_user", "list", "nia@example.test", "--json").json["users"]
    assert [(f["id"], f["kind"], f["name"]) for f in listed["factors"]] == [
        (f.id, f.kind.value, f.name) for f in shown
    ]
    assert kind.value in {f["kind"] for f in listed["factors"]}


def _kept(person: Enroller) -> list[dict[str, object]]:
    return [dict(method) for method in person.tenant.user(person.account)["methods"]]
