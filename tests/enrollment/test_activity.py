"""Every attempt leaves a row; what was done is signalled and mailed, and neither can get in its way."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils import translation
from pytest_django import Settings

from accounts.auth0.errors import TenantError
from accounts.identity import subject_of
from accounts.step_up.gates import StepUpRequired
from enrollment.actors import Actor
from enrollment.audit import mail
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.alarm import forget_browsers
from enrollment.flows.methods import remove_factor, rename_factor
from enrollment.flows.recovery_code import new_recovery_code
from enrollment.flows.reset import reset_factors
from enrollment.flows.ticket import send_ticket
from enrollment.kinds import totp
from enrollment.models.activity import Action, ActivityEvent
from enrollment.signals import account_changed
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.support.mails import delivered
from tests.support.tenant import Tenant

TOTP = "totp|dev_tess_totp"
WHY = "Lost the phone; checked by letter"


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """What the signal's listeners are told."""
    seen: list[dict[str, Any]] = []

    def listen(**kwargs: Any) -> None:
        seen.append(kwargs)

    account_changed.connect(listen)
    yield seen
    account_changed.disconnect(listen)


def test_row_says_who_what_whose_how_and_from_where(tess: User) -> None:
    remove_factor(acting(tess), tess, TOTP)

    row = ActivityEvent.objects.get()
    assert (row.actor, row.actor_label) == (tess, "tess@example.test")
    assert (row.subject, row.subject_label) == (tess, subject_of(tess))
    assert (row.action, row.outcome, row.code) == ("factor:removed", "done", "")
    assert (row.factor_kind, row.factor_name) == ("totp", "Phone app")
    assert (row.ip, row.user_agent, row.source) == ("203.0.113.9", "A browser", "page")


def test_row_of_a_phone_is_masked(tess: User) -> None:
    remove_factor(acting(tess), tess, "phone|dev_tess_phone")

    assert ActivityEvent.objects.get().factor_name == "+1 ••••••23"


def test_row_of_staff_names_them_and_their_reason(tess: User, sol: User) -> None:
    forget_browsers(acting(sol, reason=WHY, source="admin"), tess)

    row = ActivityEvent.objects.get()
    assert (row.actor, row.subject, row.reason, row.source) == (sol, tess, WHY, "admin")
    assert row.by_somebody_else


def test_row_of_an_operator_names_the_machines_account(tess: User) -> None:
    forget_browsers(Actor.operator("deploy@host", WHY), tess)

    row = ActivityEvent.objects.get()
    assert (row.actor, row.actor_label, row.source, row.ip) == (None, "deploy@host", "command", None)


def test_row_holds_long_values_cut_to_fit(tess: User) -> None:
    forget_browsers(acting(tess, reason="r" * 999, user_agent="u" * 999), tess)

    row = ActivityEvent.objects.get()
    assert (len(row.reason), len(row.user_agent)) == (300, 300)


def test_step_up_is_no_attempt(tess: User) -> None:
    with pytest.raises(StepUpRequired):
        forget_browsers(acting(tess, mfa=False), tess)

    assert not ActivityEvent.objects.exists()


def test_listener_is_told_after_the_row_is_written(tess: User, heard: list[dict[str, Any]]) -> None:
    actor = acting(tess)
    remove_factor(actor, tess, TOTP)

    [told] = heard
    assert told["event"] == ActivityEvent.objects.get()
    assert (told["actor"], told["subject"]) == (actor, tess)


def test_listener_hears_nothing_of_what_was_not_done(
    tenant: Tenant, tess: User, heard: list[dict[str, Any]]
) -> None:
    with pytest.raises(Refused):
        remove_factor(acting(tess), tess, "nothing")
    tenant.fault("* /api/v2/**", status=403)
    with pytest.raises(TenantError):
        remove_factor(acting(tess), tess, TOTP)

    assert heard == []
    assert delivered() == []


def test_listener_that_fails_does_not_undo_or_hide_the_change(tess: User) -> None:
    def listen(**_kwargs: Any) -> None:
        raise RuntimeError("a listener's own fault")

    account_changed.connect(listen)
    try:
        remove_factor(acting(tess), tess, TOTP)
    finally:
        account_changed.disconnect(listen)

    assert delivered()


def test_database_that_fails_does_not_hide_the_change(
    tess: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_self: ActivityEvent, **_kwargs: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(ActivityEvent, "save", fail)
    remove_factor(acting(tess), tess, TOTP)

    assert "No audit row for factor:removed" in caplog.text


# E-mails


def test_mail_says_what_when_from_where_and_what_to_do(tess: User) -> None:
    remove_factor(acting(tess, site_url="https://site.example"), tess, TOTP)

    [sent] = delivered()
    assert sent.to == ["tess@example.test"]
    assert sent.subject == "A factor was removed from your account"
    assert "Removed Authenticator app “Phone app”" in sent.body
    assert "203.0.113.9" in sent.body
    assert "A browser" in sent.body
    assert "Was it not you" in sent.body
    assert "https://site.example/account/security/" in sent.body
    assert "&" not in sent.body


def test_mail_about_what_staff_did_says_so_without_their_name_and_address(tess: User, sol: User) -> None:
    forget_browsers(acting(sol, reason=WHY), tess)

    [sent] = delivered()
    assert sent.to == ["tess@example.test"]
    assert "the people who run this site" in sent.body
    assert WHY in sent.body
    assert sol.email not in sent.body
    assert "203.0.113.9" not in sent.body


def test_every_change_is_mailed_once(tess: User, sol: User) -> None:
    forget_browsers(acting(tess), tess)
    rename_factor(acting(tess), tess, TOTP, "Other")
    new_recovery_code(acting(tess), tess)
    send_ticket(acting(tess), tess, totp.KIND)
    remove_factor(acting(tess), tess, TOTP)
    reset_factors(acting(sol, reason=WHY), tess)

    assert [sent.subject for sent in delivered()] == [
        "Remembered browsers of your account were forgotten",
        "A factor of your account was renamed",
        "A new recovery code was made for your account",
        "A link to add a factor to your account was made",
        "A factor was removed from your account",
        "All factors were removed from your account",
    ]
    assert all(sent.body.strip() for sent in delivered())


def test_mail_has_no_link_where_no_address_of_the_site_is_known(tess: User, settings: Settings) -> None:
    forget_browsers(Actor.operator("root", WHY), tess)
    assert "/account/security/" not in delivered()[0].body

    settings.SITE_URL = "https://site.example/"
    forget_browsers(Actor.operator("root", WHY), tess)
    assert "https://site.example/account/security/" in delivered()[1].body


@pytest.mark.parametrize("problem", [OSError("no route"), RuntimeError("anything")])
def test_mail_server_that_fails_does_not_hide_the_change(
    tess: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise problem

    monkeypatch.setattr(EmailMessage, "send", fail)
    remove_factor(acting(tess), tess, TOTP)

    assert delivered() == []
    assert ActivityEvent.objects.get().outcome == "done"
    assert "Could not send email" in caplog.text
    assert "tess@example.test" not in caplog.text


def test_person_without_an_address_is_logged(tess: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    tess.email = ""

    forget_browsers(acting(tess), tess)

    assert delivered() == []
    assert "No e-mail address" in caplog.text


@pytest.mark.parametrize(("who", "language"), [("staff", "en"), ("self", "es")])
def test_mail_is_in_the_language_of_the_person_and_not_of_staff(
    tess: User, sol: User, monkeypatch: pytest.MonkeyPatch, who: str, language: str
) -> None:
    spoken: list[str | None] = []

    def body(*_args: Any) -> str:
        spoken.append(translation.get_language())
        return "Hello"

    monkeypatch.setattr(mail, "_body", body)

    with translation.override("es"):
        forget_browsers(acting(sol, reason=WHY) if who == "staff" else acting(tess), tess)

    assert spoken == [language]
    assert [sent.extra_headers["Content-Language"] for sent in delivered()] == [language]


def test_attempt_without_a_subject_mails_nobody(db: None) -> None:
    with logged(Attempt(Actor.operator("root"), None, Action.POLICY_SET, factor_name="always")):
        pass

    assert delivered() == []
    assert ActivityEvent.objects.get().subject is None
