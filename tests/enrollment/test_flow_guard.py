"""Who may touch whose account, and with what proof: the same for every flow."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import subject_of
from accounts.step_up.assurance import Assurance
from accounts.step_up.gates import StepUpRequired
from accounts.step_up.requirement import Requirement
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.account_lock import requirement_for
from enrollment.flows.methods import rename_factor
from enrollment.flows.ticket import send_ticket
from enrollment.kinds import totp
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.all_flows import Flow, every_flow
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.makers import factors
from tests.support.tenant import Tenant

RENAMING = ["GET authentication-methods", "PATCH totp%7Cdev_tess_totp"]


@every_flow
def test_own_account_without_mfa_is_asked_to_step_up(tenant: Tenant, tess: User, flow: Flow) -> None:
    with pytest.raises(StepUpRequired) as asked:
        flow(acting(tess, mfa=False), tess)
    assert asked.value.requirement == Requirement.mfa()
    assert not any(call["method"] != "GET" for call in tenant.exchanges("/api/v2/"))


@every_flow
def test_proof_of_somebody_else_counts_for_nothing(tess: User, nia: User, flow: Flow) -> None:
    borrowed = replace(acting(tess), assurance=acting(nia).assurance)

    with pytest.raises(StepUpRequired):
        flow(borrowed, tess)


@every_flow
def test_nobody_signed_in_may_do_nothing(tess: User, flow: Flow) -> None:
    with pytest.raises(Refused) as refused:
        flow(Actor(None, reason="Because"), tess)
    assert refused.value.code == "not-allowed"


@every_flow
def test_account_of_somebody_else_is_refused_to_those_who_are_not_staff(
    tess: User, nia: User, flow: Flow
) -> None:
    with pytest.raises(Refused) as refused:
        flow(acting(nia, reason="Because"), tess)
    assert refused.value.code == "not-allowed"
    assert ActivityEvent.objects.get().outcome == "refused"


@every_flow
def test_staff_account_that_was_closed_may_do_nothing(tess: User, sol: User, flow: Flow) -> None:
    sol.is_active = False

    with pytest.raises(Refused) as refused:
        flow(acting(sol, reason="Because"), tess)
    assert refused.value.code == "not-allowed"


@every_flow
@pytest.mark.parametrize("reason", ["", "   "])
def test_staff_must_say_why(tess: User, sol: User, flow: Flow, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        flow(acting(sol, reason=reason.strip()), tess)
    assert refused.value.code == "reason-needed"


@every_flow
def test_operator_must_say_why(tess: User, flow: Flow) -> None:
    with pytest.raises(Refused) as refused:
        flow(Actor.operator("root", "  "), tess)
    assert refused.value.code == "reason-needed"


@every_flow
def test_staff_without_mfa_is_asked_to_step_up(tenant: Tenant, tess: User, sol: User, flow: Flow) -> None:
    with pytest.raises(StepUpRequired):
        flow(acting(sol, mfa=False, reason="Asked for by phone"), tess)
    assert tenant.exchanges() == []


@every_flow
def test_support_does_not_touch_staff(ada: User, sol: User, flow: Flow) -> None:
    with pytest.raises(Refused) as refused:
        flow(acting(sol, reason="Asked for by phone"), ada)
    assert refused.value.code == "staff-by-administrators"


def calls_of(tenant: Tenant) -> list[str]:
    """What the Management API was asked, in short; tokens aside."""
    calls = tenant.exchanges("/api/v2/")
    return [f"{call['method']} {call['path'].partition('?')[0].rpartition('/')[2]}" for call in calls]


@every_flow
@pytest.mark.parametrize("role", ["admin", "support"])
def test_support_does_not_touch_whom_the_tenant_has_made_staff_since_they_signed_in(
    tenant: Tenant, tess: User, sol: User, flow: Flow, role: str
) -> None:
    tenant.add_user(user_id=subject_of(tess), email=tess.email, roles=[role])
    tenant.exchanges()

    with pytest.raises(Refused) as refused:
        flow(acting(sol, reason="Asked for by phone"), tess)

    assert refused.value.code == "staff-by-administrators"
    assert calls_of(tenant) == ["GET roles"]
    assert ActivityEvent.objects.get().code == "staff-by-administrators"


@every_flow
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},
        {"status": 503},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": "{}"},
        {"status": 200, "body": '{"roles": [{"id": "rol_1"}]}'},
    ],
)
def test_support_touches_nobody_whose_roles_the_tenant_does_not_tell(
    tenant: Tenant, tess: User, sol: User, flow: Flow, fault: dict[str, Any]
) -> None:
    tenant.fault("GET /api/v2/users/*/roles", **fault)
    tenant.exchanges()

    with pytest.raises(TenantError) as failed:
        flow(acting(sol, reason="Asked for by phone"), tess)

    assert failed.value.outcome is Certainty.NOT_DONE
    assert "staff account" in str(failed.value.cause)
    assert set(calls_of(tenant)) == {"GET roles"}


def test_roles_cost_support_one_call_and_nobody_else_any(
    tenant: Tenant, tess: User, sol: User, ada: User, settings: Settings
) -> None:
    why = "Asked for by phone"
    actors = [acting(sol, reason=why), acting(ada, reason=why), acting(tess), Actor.operator("root", why)]
    calls = [_calls_of_a_rename(tenant, actor, tess, f"Name {i}") for i, actor in enumerate(actors)]
    assert calls == [["GET roles", *RENAMING], RENAMING, RENAMING, RENAMING]

    settings.AUTH0_ROLES_CLAIM = ""
    assert _calls_of_a_rename(tenant, actors[0], tess, "Without a claim") == RENAMING


def _calls_of_a_rename(tenant: Tenant, actor: Actor, subject: User, name: str) -> list[str]:
    tenant.exchanges()
    rename_factor(actor, subject, "totp|dev_tess_totp", name)
    return calls_of(tenant)


@every_flow
def test_person_whom_the_tenant_does_not_know_is_refused(tenant: Tenant, ada: User, flow: Flow) -> None:
    local_only = User.objects.create(username="local")

    with pytest.raises(Refused) as refused:
        flow(acting(ada, reason="Because"), local_only)
    assert refused.value.code == "no-identity"
    assert tenant.exchanges() == []


@every_flow
@pytest.mark.parametrize("who", ["staff", "operator"])
def test_staff_and_operators_may_act_on_others_with_proof_and_reason(
    tess: User, sol: User, flow: Flow, who: str
) -> None:
    why = "Asked for by phone, checked by letter"
    flow(acting(sol, reason=why) if who == "staff" else Actor.operator("root", why), tess)

    rows = ActivityEvent.objects.filter(outcome="done")
    assert {row.reason for row in rows} == {why}
    assert {row.actor for row in rows} == ({sol} if who == "staff" else {None})


def test_administrator_may_act_on_staff(tenant: Tenant, ada: User, local: Locals) -> None:
    sol = local("sol", is_staff=True)

    rename_factor(acting(ada, reason="Because"), sol, "totp|dev_sol_totp", "Desk phone")

    assert any(m["name"] == "Desk phone" for m in tenant.user(tenant["sol"])["methods"])


@pytest.mark.parametrize(
    ("kinds", "requirement"),
    [
        ((), Requirement.fresh_login()),
        (("password", "passkey", "recovery-code"), Requirement.fresh_login()),
        (("totp",), Requirement.mfa()),
        # Auth0 challenges nobody by e-mail alone: it has them enroll something, and that proves nothing.
        (("email",), Requirement.fresh_login()),
        (("email", "totp"), Requirement.mfa()),
        (("smell-of-the-owner",), Requirement.mfa()),
    ],
)
def test_requirement_fits_what_there_is_to_prove_with(
    kinds: tuple[str, ...], requirement: Requirement
) -> None:
    assert requirement_for(factors(*kinds), None) == requirement


@pytest.mark.parametrize(
    ("kinds", "requirement"),
    [
        ((), Requirement.fresh_login()),
        (("password", "passkey", "recovery-code"), Requirement.phishing_resistant()),
        (("passkey", "email"), Requirement.phishing_resistant()),
        (("passkey", "totp"), Requirement.mfa()),
        (("passkey", "smell-of-the-owner"), Requirement.mfa()),
    ],
)
def test_requirement_is_the_passkey_where_the_tenant_tells_of_it(
    kinds: tuple[str, ...], requirement: Requirement
) -> None:
    assert requirement_for(factors(*kinds), Assurance("auth0|ada", is_told=True)) == requirement


def test_requirement_for_an_unknown_list_is_the_stronger_one() -> None:
    assert requirement_for(None, None) == Requirement.mfa()
    assert requirement_for(None, Assurance("auth0|ada", is_told=True)) == Requirement.mfa()


def test_first_factor_needs_a_fresh_sign_in_and_no_more(nia: User) -> None:
    assert send_ticket(acting(nia, mfa=False), nia, totp.KIND).url
    with pytest.raises(StepUpRequired) as asked:
        send_ticket(acting(nia, mfa=False, login=False), nia, totp.KIND)
    assert asked.value.requirement == Requirement.fresh_login()


def test_no_record_at_all_is_no_proof(nia: User) -> None:
    with pytest.raises(StepUpRequired):
        send_ticket(Actor(nia), nia, totp.KIND)
    with pytest.raises(StepUpRequired):
        send_ticket(Actor(nia, Assurance(subject_of(nia))), nia, totp.KIND)
