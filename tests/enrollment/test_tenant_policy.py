"""What the tenant demands and offers, and who must therefore keep a second factor."""

import pytest

from enrollment.account.removal import MfaRequirement
from enrollment.gateways.tenant_policy import (
    addable_kinds,
    likely_addable_kinds,
    likely_mfa_requirement,
    mfa_requirement,
    policies,
    switches,
)
from enrollment.kinds import phone, security_key, totp
from mfaproject.users.models import User
from tests.support.clock import Clock
from tests.support.tenant import Tenant

MANAGEMENT = "/api/v2/"


def test_nobody_must_where_the_tenant_demands_nothing(nia: User) -> None:
    assert mfa_requirement(nia) is MfaRequirement.NONE


def test_everybody_must_where_the_tenant_demands_it(tenant: Tenant, nia: User) -> None:
    tenant.set_settings(policies=["all-applications"])

    assert mfa_requirement(nia) is MfaRequirement.POLICY


def test_adaptive_policy_demands_nothing_of_everybody(tenant: Tenant, nia: User) -> None:
    tenant.set_settings(policies=["confidence-score"])

    assert mfa_requirement(nia) is MfaRequirement.NONE


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_staff_must_and_the_tenant_need_not_be_asked(tenant: Tenant, nia: User, flag: str) -> None:
    setattr(nia, flag, True)

    assert mfa_requirement(nia) is MfaRequirement.STAFF
    assert tenant.exchanges() == []


def test_tenant_that_cannot_be_asked_counts_as_demanding(tenant: Tenant, nia: User) -> None:
    tenant.fault("GET /api/v2/guardian/policies", status=403)

    assert mfa_requirement(nia) is MfaRequirement.UNKNOWN


def test_policy_and_switches_are_read_once_in_a_while(tenant: Tenant, elapse: Clock) -> None:
    for _ in range(3):
        policies()
        switches()
    assert len(tenant.exchanges(MANAGEMENT)) == 2
    elapse(301)
    policies()

    assert len(tenant.exchanges(MANAGEMENT)) == 1


def test_kinds_on_offer_are_those_switched_on_strongest_first(tenant: Tenant) -> None:
    tenant.set_settings(factors={"webauthn-platform": False, "push-notification": False})

    assert addable_kinds() == (security_key.KIND, totp.KIND, phone.KIND)


def test_likely_answers_make_no_call(tenant: Tenant, nia: User) -> None:
    assert likely_mfa_requirement(nia) is MfaRequirement.NONE
    assert len(likely_addable_kinds()) == 5
    assert tenant.exchanges() == []


def test_likely_answers_are_what_was_last_known_even_when_it_is_old(
    tenant: Tenant, nia: User, elapse: Clock
) -> None:
    tenant.set_settings(policies=["all-applications"], factors={"otp": False})
    mfa_requirement(nia)
    addable_kinds()
    elapse(3600)

    assert likely_mfa_requirement(nia) is MfaRequirement.POLICY
    assert totp.KIND not in likely_addable_kinds()
    assert phone.KIND in likely_addable_kinds()
