"""Links to add a factor, remembered browsers, resets, the tenant's own switches, and the overview."""

import pytest

from accounts.auth0.errors import Certainty, TenantError
from accounts.step_up.gates import StepUpRequired
from enrollment.account.protection import Level
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.alarm import forget_browsers
from enrollment.flows.overview import security_overview
from enrollment.flows.password import send_password_link
from enrollment.flows.reset import PartlyResetError, reset_factors
from enrollment.flows.tenant import set_factor_switch, set_policy
from enrollment.flows.ticket import send_ticket
from enrollment.gateways import tenant_policy
from enrollment.kinds import passkey, phone, totp
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.support.tenant import Tenant

WHY = "Lost the phone; checked by letter"
TICKET = "POST /api/v2/guardian/enrollments/ticket"
BROWSERS = "POST /api/v2/users/*/multifactor/actions/invalidate-remember-browser"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"


def types_of(tenant: Tenant, nick: str) -> list[str]:
    return [method["type"] for method in tenant.user(tenant[nick])["methods"]]


# Links


def test_link_for_oneself_is_given_and_says_which_kind(tenant: Tenant, nia: User) -> None:
    invitation = send_ticket(acting(nia), nia, totp.KIND)

    assert invitation.url.startswith(tenant.base_url)
    assert not invitation.mailed_to
    [call] = [call for call in tenant.exchanges() if call["path"].endswith("/ticket")]
    assert '"factor":"otp"' in call["request_body"].replace(" ", "")


def test_link_by_mail_is_not_given_as_well(tenant: Tenant, nia: User) -> None:
    invitation = send_ticket(acting(nia), nia, totp.KIND, send_mail=True)

    assert not invitation.url
    assert invitation.mailed_to == "nia@example.test"
    assert tenant.messages("nia@example.test")


@pytest.mark.parametrize("send_mail", [True, False])
def test_link_for_somebody_else_goes_to_their_mailbox_alone(
    tenant: Tenant, nia: User, sol: User, send_mail: bool
) -> None:
    invitation = send_ticket(acting(sol, reason=WHY), nia, totp.KIND, send_mail=send_mail)

    assert not invitation.url
    assert tenant.messages("nia@example.test")


def test_link_stays_out_of_repr_and_of_the_trail(nia: User) -> None:
    invitation = send_ticket(acting(nia), nia, totp.KIND)

    assert invitation.url not in repr(invitation)
    assert "ticket=" not in repr(ActivityEvent.objects.values())


def test_kind_that_the_tenant_does_not_offer_is_refused(tenant: Tenant, nia: User) -> None:
    tenant.set_settings(factors={"otp": False})

    with pytest.raises(Refused) as refused:
        send_ticket(acting(nia), nia, totp.KIND)
    assert refused.value.code == "kind-not-offered"
    assert ActivityEvent.objects.get().factor_kind == "totp"


def test_kind_that_nobody_can_add_is_refused(nia: User) -> None:
    with pytest.raises(Refused) as refused:
        send_ticket(acting(nia), nia, passkey.KIND)
    assert refused.value.code == "kind-not-offered"


def test_link_where_nothing_is_offered_is_refused(tenant: Tenant, nia: User) -> None:
    tenant.set_settings(factors=dict.fromkeys(tenant_policy.switches(), False))
    tenant_policy.invalidate()

    with pytest.raises(Refused) as refused:
        send_ticket(acting(nia), nia)
    assert refused.value.code == "nothing-offered"


def test_mail_without_an_address_is_refused(local: Locals, sol: User) -> None:
    nia = local("nia", email="")

    with pytest.raises(Refused) as refused:
        send_ticket(acting(sol, reason=WHY), nia, totp.KIND)
    assert refused.value.code == "no-address"


# Remembered browsers


def test_remembered_browsers_are_forgotten(tenant: Tenant, tess: User) -> None:
    remembered = {"token": "demo-browser", "created_at": 1, "last_used_at": 1}
    tenant.add_user(email="tess@example.test", remembered_browsers=[remembered])

    forget_browsers(acting(tess), tess)

    assert tenant.user(tenant["tess"])["remembered_browsers"] == []


def test_forgetting_is_asked_for_once_more_when_its_answer_is_lost(tenant: Tenant, tess: User) -> None:
    tenant.fault(BROWSERS, drop=True, after=True, times=1)

    forget_browsers(acting(tess), tess)

    assert ActivityEvent.objects.get().outcome == "done"


def test_forgetting_whose_answer_is_lost_twice_stays_open(tenant: Tenant, tess: User) -> None:
    tenant.fault(BROWSERS, drop=True, times=2)

    with pytest.raises(TenantError) as failure:
        forget_browsers(acting(tess), tess)
    assert failure.value.outcome is Certainty.UNKNOWN


# Resets


def test_reset_removes_every_second_factor_and_nothing_else(tenant: Tenant, tess: User, sol: User) -> None:
    done = reset_factors(acting(sol, reason=WHY), tess)

    assert {factor.kind for factor in done.removed} == {totp.KIND, phone.KIND}
    assert "totp" not in types_of(tenant, "tess")
    assert "phone" not in types_of(tenant, "tess")
    rows = ActivityEvent.objects.values_list("action", flat=True)
    assert sorted(rows) == ["factor:removed", "factor:removed", "factors:reset"]


@pytest.mark.parametrize("passkeys", [False, True])
def test_reset_takes_passkeys_only_when_asked_to(
    tenant: Tenant, local: Locals, sol: User, passkeys: bool
) -> None:
    reset_factors(acting(sol, reason=WHY), local("pat"), passkeys=passkeys)

    assert ("passkey" in types_of(tenant, "pat")) is not passkeys


def test_reset_forgets_remembered_browsers(tenant: Tenant, tess: User, sol: User) -> None:
    remembered = {"token": "demo-browser", "created_at": 1, "last_used_at": 1}
    tenant.add_user(email="tess@example.test", remembered_browsers=[remembered])

    reset_factors(acting(sol, reason=WHY), tess)

    assert tenant.user(tenant["tess"])["remembered_browsers"] == []


def test_reset_of_oneself_is_refused(tess: User) -> None:
    with pytest.raises(Refused) as refused:
        reset_factors(acting(tess, reason=WHY), tess)
    assert refused.value.code == "not-for-oneself"


@pytest.mark.parametrize(
    ("fields", "policies"), [({"is_staff": True}, []), ({}, ["all-applications"])], ids=["staff", "policy"]
)
@pytest.mark.parametrize("who", ["administrator", "operator"])
def test_reset_of_somebody_who_must_have_a_factor_takes_an_invitation(
    tenant: Tenant, local: Locals, ada: User, fields: dict[str, bool], policies: list[str], who: str
) -> None:
    tenant.set_settings(policies=policies)
    tess = local("tess", **fields)
    actor = acting(ada, reason=WHY) if who == "administrator" else Actor.operator("root", WHY)

    with pytest.raises(Refused) as refused:
        reset_factors(actor, tess)
    assert refused.value.code == "invitation-needed"
    assert "totp" in types_of(tenant, "tess")

    assert reset_factors(actor, tess, invitation=True).invited
    assert "totp" not in types_of(tenant, "tess")
    assert tenant.messages("tess@example.test")


def test_reset_whose_invitation_fails_removes_nothing(tenant: Tenant, tess: User, sol: User) -> None:
    tenant.fault(TICKET, status=403)

    with pytest.raises(TenantError) as failure:
        reset_factors(acting(sol, reason=WHY), tess, invitation=True)
    assert not isinstance(failure.value, PartlyResetError)
    assert "totp" in types_of(tenant, "tess")


def test_reset_that_fails_half_way_says_what_is_gone(tenant: Tenant, tess: User, sol: User) -> None:
    tenant.fault(DELETE, times=1)
    tenant.fault(DELETE, status=403)

    with pytest.raises(PartlyResetError) as failure:
        reset_factors(acting(sol, reason=WHY), tess)
    assert [factor.kind for factor in failure.value.removed] == [totp.KIND]
    assert failure.value.consequence.startswith("Removed so far: Phone app.")
    outcomes = {(row.action, row.outcome) for row in ActivityEvent.objects.all()}
    assert outcomes == {
        ("factor:removed", "done"),
        ("factor:removed", "failed"),
        ("factors:reset", "unknown"),
    }


def test_reset_that_fails_after_its_invitation_does_not_say_that_nothing_was_changed(
    tenant: Tenant, tess: User, sol: User
) -> None:
    tenant.fault(DELETE, status=403)

    with pytest.raises(PartlyResetError) as failure:
        reset_factors(acting(sol, reason=WHY), tess, invitation=True)
    assert (failure.value.removed, failure.value.outcome) == ((), Certainty.UNKNOWN)
    assert failure.value.consequence.startswith("A link to add a new factor is on its way;")
    assert "totp" in types_of(tenant, "tess")


def test_invitation_of_a_reset_is_in_the_trail(tenant: Tenant, tess: User, sol: User) -> None:
    reset_factors(acting(sol, reason=WHY), tess, invitation=True)

    (row,) = ActivityEvent.objects.filter(action="link:made")
    assert (row.outcome, row.actor, row.subject, row.reason) == ("done", sol, tess, WHY)


# The whole tenant


def test_operator_switches_a_factor_and_sets_the_policy(tenant: Tenant, db: None) -> None:
    operator = Actor.operator("root")

    set_factor_switch(operator, "otp", enabled=False)
    set_policy(operator, "always")

    assert tenant_policy.switches()["otp"] is False
    assert tenant_policy.policies() == ("all-applications",)
    set_policy(operator, "never")
    assert tenant_policy.policies() == ()
    said = [row.sentence for row in ActivityEvent.objects.all()]
    assert said[::-1] == [
        "Switched a factor for everybody: “otp: off”",
        "Set when everybody is asked for a second factor: “always”",
        "Set when everybody is asked for a second factor: “never”",
    ]


def test_unknown_switch_and_policy_are_refused(tenant: Tenant, db: None) -> None:
    with pytest.raises(Refused) as refused:
        set_factor_switch(Actor.operator("root"), "telepathy", enabled=True)
    assert refused.value.code == "no-such-switch"
    with pytest.raises(Refused) as refused:
        set_policy(Actor.operator("root"), "sometimes")
    assert refused.value.code == "no-such-policy"


def test_only_administrators_with_mfa_change_things_for_everybody(
    tenant: Tenant, ada: User, sol: User
) -> None:
    with pytest.raises(Refused):
        set_policy(acting(sol), "always")
    with pytest.raises(StepUpRequired):
        set_policy(acting(ada, mfa=False), "always")
    set_policy(acting(ada), "always")

    assert tenant_policy.policies() == ("all-applications",)


def test_lost_answer_of_a_policy_is_looked_into(tenant: Tenant, db: None) -> None:
    tenant.fault("PUT /api/v2/guardian/policies", drop=True, after=True, times=1)
    set_policy(Actor.operator("root"), "always")

    tenant.fault("PUT /api/v2/guardian/policies", drop=True, times=1)
    with pytest.raises(TenantError) as failure:
        set_policy(Actor.operator("root"), "never")
    assert failure.value.outcome is Certainty.NOT_DONE


def test_lost_answer_of_a_switch_is_looked_into(tenant: Tenant, db: None) -> None:
    tenant.fault("PUT /api/v2/guardian/factors/*", status=502, after=True, times=1)

    set_factor_switch(Actor.operator("root"), "otp", enabled=False)

    assert ActivityEvent.objects.get().outcome == "done"


# The overview


def test_overview_judges_what_it_shows(tess: User, nia: User) -> None:
    judged = security_overview(tess).protection
    assert judged
    assert judged.level is Level.NOT_ASKED
    judged = security_overview(nia).protection
    assert judged
    assert judged.level is Level.NONE


def test_overview_claims_nothing_about_what_it_could_not_see(tenant: Tenant, tess: User) -> None:
    tenant.fault("* /api/v2/**", status=403)

    shown = security_overview(tess)

    assert shown.protection is None
    assert shown.snapshot.problem


def test_overview_asks_nothing_more_of_a_tenant_that_gave_no_list(tenant: Tenant, tess: User) -> None:
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)

    security_overview(tess)

    assert {call["path"].partition("?")[0][-22:] for call in tenant.exchanges("/api/v2/")} == {
        "authentication-methods"
    }


def test_overview_cold_is_one_call_beside_four_for_everybody_and_warm_none(
    tenant: Tenant, tess: User, nia: User
) -> None:
    security_overview(nia)
    assert len(tenant.exchanges("/api/v2/")) == 1 + 4
    security_overview(tess)
    assert len(tenant.exchanges("/api/v2/")) == 1
    security_overview(tess)
    assert tenant.exchanges() == []


def test_overview_shows_the_latest_rows_of_this_person_alone(tess: User, sol: User) -> None:
    for _ in range(6):
        forget_browsers(acting(tess), tess)
    forget_browsers(acting(sol), sol)

    events = security_overview(tess).events

    assert len(events) == 5
    assert {event.subject_id for event in events} == {tess.pk}


def test_nobody_has_a_link_for_a_password_sent_to_somebody_else(
    tenant: Tenant, local: Locals, sol: User
) -> None:
    with pytest.raises(Refused) as refused:
        send_password_link(acting(sol, reason=WHY), local("tess"))
    assert refused.value.code == "not-for-others"
    assert tenant.messages() == []
