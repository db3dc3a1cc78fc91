"""Every kind that is added in the page, from start to end, against the local tenant."""

import pytest
from django.utils import timezone

from accounts.identity import subject_of
from enrollment.audit.log import Refused
from enrollment.flows.enroll.errors import NotYet
from enrollment.flows.enroll.resume import check_push, enrollment_of, pending_of
from enrollment.gateways.factor_cache import factors_of
from enrollment.kinds import email, passkey, phone, push, recovery_code, security_key, totp
from enrollment.kinds.base import Kind
from enrollment.models.activity import ActivityEvent
from enrollment.pending.state_machine import LIFE, State
from tests.enrollment.enrolling import ADDRESS, KINDS, NUMBER, Enroller, Maker
from tests.support.mails import delivered


@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_added_and_everybody_agrees(nia_enrolls: Enroller, kind: Kind) -> None:
    row = nia_enrolls.begin(kind)
    assert (row.status, row.factor_kind, row.is_live) == (State.CHALLENGED, kind, True)

    done = nia_enrolls.confirm(row, **nia_enrolls.proof(row)).pending

    assert done.status is State.CONFIRMED
    listed = factors_of(subject_of(nia_enrolls.user)).find(done.factor_id)
    assert listed
    assert listed.kind is kind
    assert kind.value in nia_enrolls.added()
    assert nia_enrolls.methods(confirmed=False) == []
    assert pending_of(nia_enrolls.user) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_adding_leaves_one_row_and_one_mail(nia_enrolls: Enroller, kind: Kind) -> None:
    nia_enrolls.add(kind)

    added = ActivityEvent.objects.filter(action="factor:added")
    assert [(event.outcome, event.factor_kind) for event in added] == [("done", kind.value)]
    told = [message for message in delivered() if message.subject == "A factor was added to your account"]
    assert len(told) == 1
    assert NUMBER not in told[0].body
    assert ADDRESS not in told[0].body


@pytest.mark.parametrize("kind", KINDS)
def test_adding_costs_two_writes_and_push_just_one(nia_enrolls: Enroller, kind: Kind) -> None:
    nia_enrolls.writes()
    nia_enrolls.add(kind)

    # A phone tells the tenant by itself that it has scanned the code, and the list shows that.
    assert nia_enrolls.writes() == (1 if kind is push.KIND else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_are_sealed_while_it_lives_and_gone_afterwards(nia_enrolls: Enroller, kind: Kind) -> None:
    row = nia_enrolls.begin(kind)
    kept = row.secrets
    stored = " ".join(str(value) for value in vars(row).values())
    assert not any(str(value) in stored for name, value in kept.items() if name != "passkey_options")

    done = nia_enrolls.confirm(row, **nia_enrolls.proof(row)).pending
    assert (done.secrets, done.encrypted_secrets, done.orphans) == ({}, "", ())


def test_voice_call_brings_a_code_too(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(phone.KIND, channel="voice")
    assert nia_enrolls.tenant.messages()[-1]["channel"] == "voice"
    assert row.address.endswith("77")
    assert NUMBER[4:9] not in row.address

    assert nia_enrolls.confirm(row, **nia_enrolls.proof(row)).pending.status is State.CONFIRMED


def test_app_is_named_and_a_second_one_is_numbered(nia_enrolls: Enroller) -> None:
    nia_enrolls.add(totp.KIND)
    nia_enrolls.add(totp.KIND)

    names = {m["name"] for m in nia_enrolls.methods() if m["type"] == "totp"}
    assert names == {"Authenticator app", "Authenticator app 2"}


def test_name_given_at_the_end_is_taken(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(totp.KIND)

    done = nia_enrolls.confirm(row, **nia_enrolls.proof(row), name="  My \u202e Pixel  ").pending

    assert factors_of(subject_of(nia_enrolls.user)).find(done.factor_id).name == "My Pixel"  # type: ignore[union-attr]


def test_name_that_is_not_taken_leaves_a_working_factor(nia_enrolls: Enroller) -> None:
    nia_enrolls.tenant.fault("PATCH /api/v2/users/*/authentication-methods/*", status=500)

    assert nia_enrolls.add(totp.KIND).pending.status is State.CONFIRMED
    assert nia_enrolls.added() == ["recovery-code", "totp"]


# Push


def test_push_waits_until_the_phone_has_scanned(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.writes()
    with pytest.raises(NotYet):
        nia_enrolls.confirm(row)
    assert enrollment_of(nia_enrolls.user, str(row.pk)).status is State.CHALLENGED

    nia_enrolls.scan(row)
    assert nia_enrolls.confirm(row).pending.status is State.CONFIRMED


def test_push_is_found_by_looking_which_costs_no_write(nia_enrolls: Enroller, no_throttle: None) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.writes()
    assert check_push(nia_enrolls.actor, nia_enrolls.user, str(row.pk)).status is State.CHALLENGED

    nia_enrolls.scan(row)
    assert check_push(nia_enrolls.actor, nia_enrolls.user, str(row.pk)).status is State.CONFIRMED
    assert nia_enrolls.writes() == 0


def test_many_tabs_that_wait_for_a_phone_ask_the_tenant_once(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.tenant.exchanges()
    for _ in range(5):
        check_push(nia_enrolls.actor, nia_enrolls.user, str(row.pk))
    assert len(nia_enrolls.tenant.exchanges("/api/v2/")) == 1


# The recovery code


@pytest.mark.parametrize("kind", [totp.KIND, phone.KIND, push.KIND])
def test_first_second_factor_brings_a_recovery_code_shown_once(nia_enrolls: Enroller, kind: Kind) -> None:
    done = nia_enrolls.add(kind)

    assert done.recovery_code == nia_enrolls.tenant.user(nia_enrolls.account)["recovery_code"]
    assert nia_enrolls.confirm(done.pending).recovery_code == ""
    stored = [str(value) for row in ActivityEvent.objects.values() for value in row.values()]
    assert not any(done.recovery_code in value for value in (*stored, str(vars(done.pending)), repr(done)))


def test_push_found_by_looking_leaves_the_recovery_code_to_be_asked_for(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin(push.KIND)
    nia_enrolls.scan(row)
    check_push(nia_enrolls.actor, nia_enrolls.user, str(row.pk))

    assert len(nia_enrolls.confirm(row).recovery_code) == 24
    assert nia_enrolls.confirm(row).recovery_code == ""


def test_passkey_and_second_one_bring_no_recovery_code(nia_enrolls: Enroller) -> None:
    assert nia_enrolls.add(passkey.KIND).recovery_code == ""
    assert nia_enrolls.add(totp.KIND).recovery_code
    assert nia_enrolls.add(phone.KIND).recovery_code == ""


def test_tenant_without_recovery_codes_gives_none(nia_enrolls: Enroller) -> None:
    factors = {**nia_enrolls.tenant.read("settings")["factors"], "recovery-code": False}
    nia_enrolls.tenant.set_settings(factors=factors)

    assert nia_enrolls.add(totp.KIND).recovery_code == ""
    assert nia_enrolls.added() == ["totp"]


def test_recovery_code_that_fails_leaves_the_factor_and_can_be_had_later(nia_enrolls: Enroller) -> None:
    route = "POST /api/v2/users/*/recovery-code-regeneration"
    nia_enrolls.tenant.fault(route, status=429, headers={"Retry-After": "60"}, times=1)
    done = nia_enrolls.add(totp.KIND)

    assert (done.pending.status, done.recovery_code) == (State.CONFIRMED, "")
    assert nia_enrolls.confirm(done.pending).recovery_code


# Where what is typed is not right


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (phone.KIND, {"phone": "0555 123"}, "number-invalid"),
        (phone.KIND, {"channel": "pigeon"}, "number-invalid"),
        (email.KIND, {"email": "nobody"}, "address-invalid"),
        (security_key.KIND, {}, "kind-not-in-page"),
        (recovery_code.KIND, {}, "kind-not-in-page"),
    ],
)
def test_what_cannot_be_added_is_refused_before_any_write(
    nia_enrolls: Enroller, kind: Kind, given: dict[str, str], code: str
) -> None:
    nia_enrolls.writes()
    with pytest.raises(Refused) as refused:
        nia_enrolls.begin(kind, **given)
    assert refused.value.code == code
    assert nia_enrolls.writes() == 0
    assert pending_of(nia_enrolls.user) == ()


def test_kind_that_is_switched_off_is_refused(nia_enrolls: Enroller) -> None:
    factors = {**nia_enrolls.tenant.read("settings")["factors"], "otp": False}
    nia_enrolls.tenant.set_settings(factors=factors)
    with pytest.raises(Refused) as refused:
        nia_enrolls.begin(totp.KIND)
    assert refused.value.code == "kind-not-offered"


def test_passkey_needs_a_password_account(enroller: Maker) -> None:
    gus = enroller("gus")
    with pytest.raises(Refused) as refused:
        gus.begin(passkey.KIND)
    assert refused.value.code == "kind-not-offered"


def test_enrollment_says_when_it_ends(nia_enrolls: Enroller) -> None:
    row = nia_enrolls.begin()
    assert timezone.now() < row.expires_at <= timezone.now() + LIFE
