"""A locked account: no flow changes it for anybody, and only a proof made later than the freeze opens it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.identity import subject_of
from accounts.step_up.assurance import Assurance
from accounts.step_up.gates import StepUpRequired
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.alarm import alarm_report, raise_alarm
from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.methods import rename_factor
from enrollment.flows.ticket import send_ticket
from enrollment.kinds import totp
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import AccountLock, current_lock, lock_account, release_lock
from mfaproject.users.models import User
from tests.enrollment.all_flows import FLOWS, Flow, every_flow
from tests.enrollment.conftest import acting
from tests.support.mails import delivered
from tests.support.tenant import Tenant

OWN: dict[str, Flow] = {
    **{name: flow for name, flow in FLOWS.items() if name != "reset"},
    "enroll": lambda actor, user: begin_enrollment(actor, user, totp.KIND, "a token"),
}
every_own_flow = pytest.mark.parametrize("flow", OWN.values(), ids=OWN)
SECOND = timedelta(seconds=1)


def locked(user: User, ago: timedelta = timedelta(minutes=5)) -> AccountLock:
    return AccountLock.objects.create(subject=user, locked_at=timezone.now() - ago)


def proved(user: User, *, mfa: timedelta | None, login: timedelta | None) -> Actor:
    """Somebody who proved a second and a first factor that long ago."""
    now = timezone.now()
    mfa_at, login_at = (None if ago is None else now - ago for ago in (mfa, login))
    return replace(acting(user), assurance=Assurance(subject_of(user), mfa_at, login_at))


@every_own_flow
@pytest.mark.parametrize(
    ("mfa", "login"),
    [
        (timedelta(minutes=6), timedelta(minutes=6)),
        (timedelta(minutes=1), timedelta(minutes=6)),
        (timedelta(minutes=6), timedelta(minutes=1)),
        (timedelta(minutes=1), None),
        (None, timedelta(minutes=1)),
        (None, None),
    ],
)
def test_proof_that_is_not_wholly_later_than_the_lock_opens_nothing(
    tenant: Tenant, tess: User, flow: Flow, mfa: timedelta | None, login: timedelta | None
) -> None:
    row = locked(tess)

    with pytest.raises(StepUpRequired) as asked:
        flow(proved(tess, mfa=mfa, login=login), tess)

    assert asked.value.requirement.after == row.locked_at
    assert not any(call["method"] != "GET" for call in tenant.exchanges("/api/v2/"))
    assert current_lock(tess) == row


@every_flow
@pytest.mark.parametrize("who", ["support", "administrator", "operator"])
def test_nobody_else_changes_a_locked_account(
    tenant: Tenant, tess: User, sol: User, ada: User, flow: Flow, who: str
) -> None:
    locked(tess)
    why = "They asked for it on the phone"
    actors = {
        "support": acting(sol, reason=why),
        "administrator": acting(ada, reason=why),
        "operator": Actor.operator("root", why),
    }

    with pytest.raises(Refused) as refused:
        flow(actors[who], tess)

    assert refused.value.code == "frozen"
    assert current_lock(tess)
    assert not any(call["method"] != "GET" for call in tenant.exchanges("/api/v2/"))


def test_proof_later_than_the_lock_ends_it_once_and_goes_on(tenant: Tenant, tess: User) -> None:
    locked(tess)
    actor = proved(tess, mfa=SECOND, login=SECOND)

    rename_factor(actor, tess, "totp|dev_tess_totp", "Other")
    rename_factor(actor, tess, "totp|dev_tess_totp", "Another")

    assert current_lock(tess) is None
    assert ActivityEvent.objects.filter(action="account:unfrozen").count() == 1
    assert "can be changed again" in delivered()[0].subject


def test_person_without_a_second_factor_needs_a_later_sign_in(nia: User) -> None:
    locked(nia)
    with pytest.raises(StepUpRequired):
        send_ticket(proved(nia, mfa=None, login=timedelta(minutes=6)), nia, totp.KIND)

    assert send_ticket(proved(nia, mfa=None, login=SECOND), nia, totp.KIND).url


def test_tenant_that_cannot_say_what_factors_there_are_counts_as_having_one(
    tenant: Tenant, nia: User
) -> None:
    locked(nia)
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)

    with pytest.raises(StepUpRequired) as asked:
        send_ticket(proved(nia, mfa=None, login=SECOND), nia, totp.KIND)
    assert asked.value.requirement.mfa_within


def test_account_that_is_not_locked_costs_no_call_more(tenant: Tenant, tess: User) -> None:
    tenant.exchanges()
    rename_factor(acting(tess), tess, "totp|dev_tess_totp", "Other")

    assert [call["method"] for call in tenant.exchanges("/api/v2/")] == ["GET", "PATCH"]


def test_freezing_anew_voids_what_was_proved_meanwhile(tess: User) -> None:
    old = locked(tess)
    lock_account(tess)

    anew = current_lock(tess)
    assert anew is not None
    assert (anew.pk, anew.locked_at > old.locked_at) == (old.pk, True)
    # Whoever had looked before cannot end what was made since.
    assert not release_lock(old)
    assert current_lock(tess)


def test_lock_ends_once(tess: User) -> None:
    row = locked(tess)

    assert [release_lock(row), release_lock(row)] == [True, False]
    lock_account(tess)
    assert AccountLock.objects.filter(subject=tess).count() == 2


@pytest.mark.parametrize("who", ["support", "administrator", "operator", "nobody"])
def test_nobody_raises_somebody_elses_alarm(tess: User, sol: User, ada: User, who: str) -> None:
    why = "They asked for it on the phone"
    actors = {
        "support": acting(sol, reason=why),
        "administrator": acting(ada, reason=why),
        "operator": Actor.operator("root", why),
        "nobody": Actor(None),
    }
    with pytest.raises(Refused):
        raise_alarm(actors[who], tess)
    assert current_lock(tess) is None
    assert alarm_report(tess) == ()
