"""`mfa_user` against the real tenant: who is meant, what is asked, what is done, how it is told."""

import json
import re

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.identity import subject_of
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals
from tests.enrollment.console import run, run_at_terminal
from tests.enrollment.reading import MANAGEMENT
from tests.support.tenant import Tenant
from tests.support.users import known_as

TESS = "tess@example.test"
WHY = ("--reason", "She called, and knew her number")
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"
FORGET = "POST /api/v2/users/*/multifactor/actions/invalidate-remember-browser"


def kinds_at(tenant: Tenant, user: User) -> list[str]:
    """The second factors that the tenant holds for somebody."""
    people = {account.sub: account for account in tenant.accounts.values()}
    return [method["type"] for method in tenant.user(people[subject_of(user)])["methods"]]


def rows() -> list[tuple[str, str, str, str]]:
    return [(e.action, e.outcome, e.source, e.reason) for e in ActivityEvent.objects.order_by("pk")]


# Who is meant


@pytest.mark.parametrize("word", ["sub", "email", "username"])
def test_user_is_found_by_subject_address_or_name(tess: User, word: str) -> None:
    User.objects.filter(pk=tess.pk).update(username="tess-l")
    tess.refresh_from_db()

    listed = run("mfa_user", "list", known_as(tess, word), "--json")

    assert [user["sub"] for user in listed.json["users"]] == [subject_of(tess)]


def test_ambiguous_user_is_an_error_that_lists_subjects_and_changes_nothing(
    tess: User, nia: User, tenant: Tenant
) -> None:
    User.objects.filter(pk=nia.pk).update(email="Tess@Example.Test")
    tenant.exchanges()

    ended = run("mfa_user", "reset", TESS, *WHY, "--yes")

    assert ended.status == 1
    assert f"  {subject_of(tess)}  " in ended.complaint
    assert f"  {subject_of(nia)}  " in ended.complaint
    assert tenant.exchanges(MANAGEMENT) == []


def test_unknown_user_is_an_error_before_anybody_is_touched(tess: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "reset", TESS, "nobody@example.test", *WHY, "--yes")

    assert ended.status == 1
    assert "nobody@example.test" in ended.complaint
    assert "sign in once" in ended.complaint
    assert kinds_at(tenant, tess) == ["totp", "phone", "recovery-code"]


def test_user_without_subject_is_refused_by_name_with_a_next_step(tenant: Tenant, db: None) -> None:
    User.objects.create(username="local", email="local@example.test")

    ended = run("mfa_user", "forget-browsers", "local", *WHY)

    assert ended.complaint.startswith("local@example.test: ")
    assert "Let them sign in once" in ended.complaint
    assert run("mfa_user", "list", "local").status == 1


# list


def test_list_as_text_masks_the_phone_and_separates_by_tabs(tess: User, tenant: Tenant) -> None:
    listed = run("mfa_user", "list", TESS)

    assert "+15555550123" not in listed.out
    assert "totp|dev_tess_totp\tAuthenticator app\tPhone app\t" in listed.out
    assert "\u2022\u2022\u2022\u2022\u2022\u202223" in listed.out


def test_list_at_a_terminal_is_a_table(tess: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")

    listed = run_at_terminal(monkeypatch, "mfa_user", "list", TESS)

    assert "\t" not in listed.out
    assert "┃ Kind" in listed.out


def test_list_at_a_narrow_terminal_cuts_no_id_off(
    tess: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    assert "\u2026" not in run_at_terminal(monkeypatch, "mfa_user", "list", TESS).out


def test_list_obeys_no_control_characters_of_a_name(tenant: Tenant, local: Locals) -> None:
    account = tenant.add_user(email="eve@example.test", factors=[{"type": "totp", "name": "\x1b[2Jkey"}])
    local(account)

    listed = run("mfa_user", "list", "eve@example.test").out

    assert "[2Jkey" in listed
    assert "\x1b" not in listed


def test_list_as_json_has_the_documented_shape(tess: User, tenant: Tenant) -> None:
    (user,) = run("mfa_user", "list", TESS, "--json").json["users"]

    assert set(user) == {"sub", "email", "username", "is_staff", "is_active", "protection", "factors"}
    assert user["protection"]["level"] == "not-asked"
    assert user["protection"]["sign_in_asks"] == "nobody"
    phone = next(factor for factor in user["factors"] if factor["kind"] == "phone")
    assert phone["added_at"]
    assert phone == {
        "id": "phone|dev_tess_phone",
        "kind": "phone",
        "label": "Phone",
        "name": "",
        "address": "+1 \u2022\u2022\u2022\u2022\u2022\u202223",
        "second_factor": True,
        "phishing_resistant": False,
        "removable": True,
        "added_at": phone["added_at"],
        "last_used_at": None,
        "method_ids": ["phone|dev_tess_phone"],
    }


# remove


def test_remove_by_id_removes_writes_down_and_tells(tess: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "remove", TESS, "phone|dev_tess_phone", *WHY, "--yes")

    assert ended.status == 0
    assert ended.out.startswith("Removed +1")
    assert kinds_at(tenant, tess) == ["totp", "recovery-code"]
    assert rows() == [("factor:removed", "done", "command", WHY[1])]


def test_remove_by_name_and_as_json(tess: User, tenant: Tenant) -> None:
    (entry,) = run("mfa_user", "remove", TESS, "Phone app", *WHY, "--yes", "--json").json["results"]

    assert (entry["action"], entry["outcome"], entry["code"]) == ("remove", "done", "")
    assert entry["factor"]["id"] == "totp|dev_tess_totp"
    assert entry["remaining"][0].startswith("Signing in then takes")
    assert kinds_at(tenant, tess) == ["phone", "recovery-code"]


def test_json_is_alone_on_stdout_where_mail_goes_to_the_console(
    tess: User, tenant: Tenant, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    call_command("mfa_user", "forget-browsers", TESS, *WHY, "--json")

    said = capsys.readouterr()
    assert json.loads(said.out)["results"][0]["outcome"] == "done"
    assert "Subject: " in said.err


def test_remove_with_one_factor_misspelt_removes_none(tess: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "remove", TESS, "Phone app", "Phone ap", *WHY, "--yes")

    assert ended.status == 1
    assert "See mfa_user list" in ended.complaint
    assert kinds_at(tenant, tess) == ["totp", "phone", "recovery-code"]


def test_remove_of_every_factor_where_one_must_stay_removes_none(tess: User, tenant: Tenant) -> None:
    tenant.set_settings(policies=["all-applications"])

    ended = run("mfa_user", "remove", TESS, "Phone app", "phone|dev_tess_phone", *WHY, "--yes")

    assert ended.status == 1
    assert "this site demands one of everybody" in ended.complaint
    assert kinds_at(tenant, tess) == ["totp", "phone", "recovery-code"]


def test_remove_of_the_last_factor_of_staff_is_refused(ada: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "remove", "ada@example.test", "Work phone", *WHY, "--yes")

    assert ended.status == 1
    assert "staff must have one" in ended.complaint
    assert kinds_at(tenant, ada) == ["totp"]


# Asking


def test_destructive_command_with_nobody_to_ask_is_refused_before_any_call(
    tess: User, tenant: Tenant
) -> None:
    tenant.exchanges()

    for words in (("reset", TESS), ("remove", TESS, "Phone app"), ("recovery-code", TESS)):
        ended = run("mfa_user", *words, *WHY)
        assert "Add --yes" in ended.complaint
    assert tenant.exchanges(MANAGEMENT) == []


def test_question_names_the_consequences_and_no_means_no(
    tess: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run_at_terminal(monkeypatch, "mfa_user", "remove", TESS, "Phone app", *WHY, answer="n")

    assert "Remove Phone app (Authenticator app) of tess@example.test?" in ended.aside
    assert "Signing in then takes the password and nothing more: a code sent to the phone" in ended.aside
    assert ended.complaint == "Not done, and nothing was changed."
    assert kinds_at(tenant, tess) == ["totp", "phone", "recovery-code"]


def test_yes_at_the_question_goes_on_and_json_stays_clean(
    tess: User, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = run_at_terminal(
        monkeypatch, "mfa_user", "remove", TESS, "Phone app", *WHY, "--json", answer="yes"
    )

    assert ended.outcomes == ["done"]


def test_reason_is_needed_by_everything_that_acts(tess: User, tenant: Tenant) -> None:
    assert "--reason" in run("mfa_user", "invite", TESS).complaint
    assert "reason is empty" in run("mfa_user", "invite", TESS, "--reason", " ").complaint


# reset


def test_reset_removes_second_factors_of_several_and_forgets_browsers(
    tess: User, nia: User, tenant: Tenant
) -> None:
    tenant.exchanges()

    ended = run("mfa_user", "reset", TESS, "nia@example.test", *WHY, "--yes", "--json")

    assert ended.outcomes == ["done", "done"]
    assert [factor["kind"] for factor in ended.json["results"][0]["removed"]] == ["totp", "phone"]
    assert kinds_at(tenant, tess) == ["recovery-code"]
    assert sum("invalidate-remember-browser" in call["path"] for call in tenant.exchanges()) == 2


def test_reset_of_staff_without_invitation_is_refused_before_anybody_is_touched(
    tess: User, ada: User, tenant: Tenant
) -> None:
    ended = run("mfa_user", "reset", TESS, "ada@example.test", *WHY, "--yes")

    assert ended.status == 1
    assert ended.complaint.startswith("ada@example.test: ")
    assert ended.complaint.endswith("Add --invite.")
    assert kinds_at(tenant, tess) == ["totp", "phone", "recovery-code"]


def test_reset_of_staff_with_invitation_mails_a_link_first(ada: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "reset", "ada@example.test", *WHY, "--yes", "--invite", "--json")

    assert ended.json["results"][0]["invited"] is True
    assert kinds_at(tenant, ada) == []
    assert [m["channel"] for m in tenant.messages("ada@example.test")] == ["email"]


def test_reset_says_that_a_link_is_on_its_way_where_one_is(tess: User, ada: User, tenant: Tenant) -> None:
    with_link = run("mfa_user", "reset", "ada@example.test", *WHY, "--yes", "--invite")
    without = run("mfa_user", "reset", TESS, *WHY, "--yes")

    assert "Removed all second factors of ada@example.test: 1. A link to add a new one" in with_link.out
    assert "link" not in without.out


def test_reset_leaves_the_passkey_unless_told(tenant: Tenant, local: Locals) -> None:
    pat = local("pat")

    assert run("mfa_user", "reset", "pat@example.test", *WHY, "--yes").status == 0
    assert kinds_at(tenant, pat) == ["passkey"]
    assert run("mfa_user", "reset", "pat@example.test", *WHY, "--yes", "--passkeys").status == 0
    assert kinds_at(tenant, pat) == []


def test_reset_that_fails_halfway_says_what_was_done_and_who_is_left(
    tess: User, nia: User, tenant: Tenant
) -> None:
    tenant.fault(FORGET, status=500, times=10)

    ended = run("mfa_user", "reset", TESS, "nia@example.test", *WHY, "--yes", "--json")

    assert ended.status == 4
    assert ended.outcomes == ["unknown", "not_tried"]
    assert [factor["kind"] for factor in ended.json["results"][0]["removed"]] == ["totp", "phone"]
    assert "Removed so far: Phone app" in ended.complaint
    assert "Not tried any more: nia@example.test." in ended.complaint


def test_batch_that_fails_after_somebody_was_done_ends_as_partly_done(
    tess: User, nia: User, tenant: Tenant
) -> None:
    tenant.fault(DELETE, status=403, times=10)

    ended = run("mfa_user", "reset", "nia@example.test", TESS, *WHY, "--yes", "--json")

    assert ended.outcomes == ["done", "failed"]
    assert ended.status == 4


# recovery-code


def test_recovery_code_is_printed_once_with_a_warning_aside(tess: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "recovery-code", TESS, *WHY, "--yes")

    code = tenant.user(tenant["tess"])["recovery_code"]
    assert ended.out.count(code) == 1
    assert code not in ended.aside
    assert "this terminal's history" in ended.aside
    assert code not in str(list(ActivityEvent.objects.values()))


def test_recovery_code_without_a_second_factor_is_refused_with_a_next_step(nia: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "recovery-code", "nia@example.test", *WHY, "--yes")

    assert ended.status == 1
    assert "mfa_user invite" in ended.complaint


# invite


def test_invitation_goes_by_mail_and_its_link_is_not_printed(nia: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "invite", "nia@example.test", *WHY, "--json")

    assert ended.json["results"][0]["mailed_to"] == "nia@example.test"
    assert "http" not in ended.out + ended.aside
    (message,) = tenant.messages("nia@example.test")
    assert "/guardian/enroll?ticket=" in message["text"]


def test_invitation_that_is_unsure_sends_its_operator_to_the_persons_inbox(nia: User, tenant: Tenant) -> None:
    tenant.fault("POST /api/v2/guardian/enrollments/ticket", drop=True, after=True)
    ended = run("mfa_user", "invite", "nia@example.test", *WHY)
    assert "ask them to check their inbox" in str(ended.failure)


def test_link_is_printed_where_it_is_asked_for_and_then_not_mailed(nia: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "invite", "nia@example.test", *WHY, "--show-link", "--factor", "otp")

    assert re.search(r"http\S+/guardian/enroll\?ticket=", ended.out)
    assert "hand it to its owner alone" in ended.aside
    assert tenant.messages("nia@example.test") == []


def test_invitation_to_a_kind_that_is_off_is_refused(nia: User, tenant: Tenant) -> None:
    tenant.set_settings(factors={"otp": True, "sms": False})

    ended = run("mfa_user", "invite", "nia@example.test", *WHY, "--factor", "phone")

    assert ended.status == 1
    assert "mfa_factors enable" in ended.complaint


# forget-browsers


def test_browsers_are_forgotten_and_written_down(tess: User, tenant: Tenant) -> None:
    assert run("mfa_user", "forget-browsers", TESS, *WHY).status == 0
    assert rows() == [("browsers:forgotten", "done", "command", WHY[1])]
