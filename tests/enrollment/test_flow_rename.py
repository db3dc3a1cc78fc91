"""Renaming a factor."""

import pytest

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import subject_of
from enrollment.account.names import NAME_LENGTH
from enrollment.audit.log import Refused
from enrollment.flows.methods import rename_factor
from enrollment.gateways.factor_cache import factors_of
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.support.tenant import Tenant

TOTP, PHONE = "totp|dev_tess_totp", "phone|dev_tess_phone"
PATCH = "PATCH /api/v2/users/*/authentication-methods/*"


def name_of(user: User, factor_id: str) -> str:
    found = factors_of(subject_of(user)).find(factor_id)
    assert found
    return found.name


def test_rename_is_done_at_the_tenant_and_shown_at_once(tess: User) -> None:
    factors_of(subject_of(tess) or "")

    assert rename_factor(acting(tess), tess, TOTP, "  Work   phone ") == "Work phone"
    assert name_of(tess, TOTP) == "Work phone"


def test_rename_row_tells_both_names(tess: User) -> None:
    rename_factor(acting(tess), tess, TOTP, "Work phone")

    row = ActivityEvent.objects.get()
    assert row.factor_name == "Phone app → Work phone"
    assert row.sentence == "Renamed Authenticator app “Phone app → Work phone”"


def test_rename_of_a_linked_device_renames_what_is_shown(local: Locals, tenant: Tenant) -> None:
    linked = [
        {"type": "push", "link_id": "a", "id": "push|x", "name": "Old"},
        {"type": "totp", "link_id": "a", "id": "totp|x", "name": "Old"},
    ]
    user = local(tenant.add_user(email="linked@example.test", factors=linked))

    rename_factor(acting(user), user, "totp|x", "New")

    assert name_of(user, "push|x") == "New"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name-empty"),
        (" \t\n ", "name-empty"),
        ("x" * (NAME_LENGTH + 1), "name-too-long"),
        ("Phone\u202eenohp", "name-unprintable"),
        ("Phone\x07", "name-unprintable"),
        ("\u200b", "name-unprintable"),
    ],
)
def test_name_that_will_not_do_is_refused_before_the_call(
    tenant: Tenant, tess: User, name: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        rename_factor(acting(tess), tess, TOTP, name)
    assert refused.value.code == code
    assert not any(call["method"] == "PATCH" for call in tenant.exchanges())


@pytest.mark.parametrize("name", ["x" * NAME_LENGTH, "Ñandú 📱", "日本"])
def test_name_of_any_script_up_to_the_limit_is_taken(tess: User, name: str) -> None:
    assert rename_factor(acting(tess), tess, TOTP, name) == name


def test_name_of_another_factor_is_refused_in_any_case_and_its_own_is_not(tess: User) -> None:
    rename_factor(acting(tess), tess, PHONE, "Pocket")
    with pytest.raises(Refused) as refused:
        rename_factor(acting(tess), tess, TOTP, "POCKET")
    assert refused.value.code == "name-taken"

    assert rename_factor(acting(tess), tess, PHONE, "pocket") == "pocket"


@pytest.mark.parametrize("kind", ["password", "recovery-code"])
def test_what_has_no_name_of_its_own_is_refused(tess: User, kind: str) -> None:
    found = next(f for f in factors_of(subject_of(tess)).factors or () if f.kind.value == kind)

    with pytest.raises(Refused) as refused:
        rename_factor(acting(tess), tess, found.id, "Name")
    assert refused.value.code == "not-renamable"


def test_name_that_the_tenant_does_not_take_is_a_refusal_in_words(tenant: Tenant, tess: User) -> None:
    tenant.fault(PATCH, status=400, times=1)

    with pytest.raises(Refused) as refused:
        rename_factor(acting(tess), tess, TOTP, "Name")
    assert refused.value.code == "name-not-accepted"
    assert ActivityEvent.objects.get().outcome == "refused"


def test_lost_answer_is_looked_into(tenant: Tenant, tess: User) -> None:
    tenant.fault(PATCH, drop=True, after=True, times=1)
    assert rename_factor(acting(tess), tess, TOTP, "Done") == "Done"

    tenant.fault(PATCH, drop=True, times=1)
    with pytest.raises(TenantError) as failure:
        rename_factor(acting(tess), tess, TOTP, "Not done")
    assert failure.value.outcome is Certainty.NOT_DONE
    assert name_of(tess, TOTP) == "Done"
