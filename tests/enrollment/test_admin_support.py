"""What support does for people in the admin, against the real tenant."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from accounts.identity import subject_of
from enrollment.doctor.findings import NEEDED_SCOPES
from enrollment.gateways import factor_cache, tenant_policy
from enrollment.gateways.sign_in import demand_at_sign_in
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.admin_pages import ACTIONS, USERS, WHY, do, removal_of, security_of
from tests.enrollment.conftest import Locals
from tests.enrollment.doctoring import management_scopes
from tests.enrollment.reading import MANAGEMENT, text_of
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import known_as

People = Callable[..., Person]
METHODS = "GET /api/v2/users/*/authentication-methods"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"
PHONE, APP = "phone|dev_tess_phone", "totp|dev_tess_totp"


def kinds_of(tenant: Tenant, nick: str) -> list[str]:
    return [method["type"] for method in tenant.user(tenant[nick])["methods"]]


def said_after(staff: Person, answer: Any) -> str:
    """The page that an action leads to."""
    assert answer.status_code == 302
    return text_of(staff.client.get(answer["Location"]))


# Looking


def test_list_of_people_asks_the_tenant_nothing(person: People, local: Locals, tenant: Tenant) -> None:
    for nick in ("tess", "nia", "pat", "gus"):
        local(nick)
    sol = person("sol")
    sol.open("/admin/")
    tenant.exchanges()

    page = sol.client.get(USERS)

    assert text_of(page).count(" Open ") == 5
    assert tenant.exchanges() == []


@pytest.mark.parametrize("field", ["sub", "email", "username"])
def test_people_are_found_by_subject_address_or_name(
    person: People, tess: User, nia: User, field: str
) -> None:
    User.objects.filter(pk=tess.pk).update(username="tess-l")
    tess.refresh_from_db()
    sol = person("sol")
    sol.open("/admin/")

    said = text_of(sol.client.get(USERS, {"q": known_as(tess, field)}))

    assert "tess@example.test" in said
    assert "nia@example.test" not in said


def test_person_page_leads_to_account_security_and_asks_nothing(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    sol.open("/admin/")
    tenant.exchanges()

    page = sol.client.get(f"{USERS}{tess.pk}/change/")

    assert security_of(tess) in page.content.decode()
    assert tenant.exchanges() == []


def test_account_security_costs_one_call_of_the_persons_own(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    sol.open("/admin/")
    demand_at_sign_in()
    tenant.exchanges()

    said = text_of(sol.client.get(security_of(tess)))

    calls = [call["path"].partition("?")[0] for call in tenant.exchanges(MANAGEMENT)]
    assert len(calls) == 1
    assert calls[0].endswith("/authentication-methods")
    assert "Sign-in does not ask for the second factor: the password alone opens this account." in said
    assert "+15555550123" not in said
    for ending in ("", *ACTIONS, "totp%7Cdev_tess_totp/remove/"):
        sol.client.get(security_of(tess, ending))
    assert tenant.exchanges(MANAGEMENT) == []


def test_check_again_reads_anew(
    person: People, nia: User, tenant: Tenant, elapse: Callable[[float], None]
) -> None:
    sol = person("sol")
    page = sol.open(security_of(nia))
    tenant.add_user(email="nia@example.test", factors=[{"type": "totp", "name": "Just added"}])
    assert "Just added" not in text_of(sol.client.get(security_of(nia)))
    elapse(6)

    answer = sol.submit(page, to_path=security_of(nia))

    assert "Just added" in said_after(sol, answer)


def test_account_security_while_the_tenant_is_down_says_so(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    sol.open("/admin/")
    tenant.fault(METHODS, status=500, times=20)

    page = sol.client.get(security_of(tess))

    assert page.status_code == 200
    assert "The sign-in service has a problem of its own." in text_of(page)
    assert "Not known right now." in text_of(page)


def test_account_that_never_signed_in_is_said_to_have_nothing_here(person: People) -> None:
    local = User.objects.create(username="local")

    sol = person("sol")

    assert "never signed in" in text_of(sol.open(security_of(local)))
    assert "never signed in" in text_of(sol.client.get(security_of(local, "reset/")))


def test_last_factor_has_no_remove_link_where_everybody_is_asked(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol, link = person("sol"), removal_of(tess, APP)
    assert link in sol.open(security_of(tess)).content.decode()
    tenant.add_user(sub=subject_of(tess), email=tess.email, factors=[{"type": "totp", "id": APP}])
    tenant.set_settings(policies=["all-applications"])
    tenant_policy.invalidate()
    factor_cache.invalidate(subject_of(tess))
    page = sol.open(security_of(tess))

    assert link not in page.content.decode()
    assert "This is the last second factor, and this site demands one of everybody." in text_of(page)


# Removing one


def test_removal_explains_acts_writes_down_and_tells(person: People, tess: User, tenant: Tenant) -> None:
    sol = person("sol")
    page = text_of(sol.open(removal_of(tess, APP)))
    assert "Signing in then takes the password and nothing more: a code sent to the phone" in page
    assert "This is the last strong factor" in page

    answer = do(sol, removal_of(tess, APP))

    assert "Removed “Phone app”." in said_after(sol, answer)
    assert kinds_of(tenant, "tess") == ["phone", "recovery-code"]
    (event,) = ActivityEvent.objects.all()
    assert (event.action, event.outcome, event.reason, event.source) == (
        "factor:removed",
        "done",
        WHY,
        "admin",
    )
    assert (event.actor_label, event.subject) == ("sol@example.test", tess)
    assert [message.to for message in mail.outbox] == [["tess@example.test"]]


def test_removal_without_a_reason_is_not_done(person: People, tess: User, tenant: Tenant) -> None:
    answer = do(person("sol"), removal_of(tess, APP), reason=" ")

    assert answer.status_code == 422
    assert "This field is required." in text_of(answer)
    assert APP.split("|", maxsplit=1)[0] in kinds_of(tenant, "tess")


def test_removal_of_what_must_stay_shows_why_and_no_form(person: People, sol: User, tenant: Tenant) -> None:
    page = person("ada").open(removal_of(sol, "totp|dev_sol_totp"))

    assert "staff must have one" in text_of(page)
    assert 'name="reason"' not in page.content.decode()


def test_removal_of_somebody_elses_factor_is_not_possible(person: People, nia: User, tenant: Tenant) -> None:
    sol = person("sol")

    assert sol.open(removal_of(nia, APP)).request["PATH_INFO"] == security_of(nia)
    answer = sol.client.post(removal_of(nia, APP), {"reason": WHY})
    assert said_after(sol, answer).startswith("This factor is not on the account")
    assert kinds_of(tenant, "tess") == ["totp", "phone", "recovery-code"]


def test_removal_that_failed_says_that_nothing_was_changed_and_keeps_the_reason(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    sol.open(removal_of(tess, APP))
    tenant.fault(DELETE, status=403, times=5)

    answer = do(sol, removal_of(tess, APP))

    assert answer.status_code == 503
    assert "It was not done, and nothing was changed." in text_of(answer)
    assert WHY in answer.content.decode()


def test_removal_that_may_have_been_done_leads_to_the_list_and_says_so(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    page = sol.open(removal_of(tess, APP))
    tenant.fault(METHODS, times=1)  # the first list is answered …
    tenant.fault(METHODS, status=403)  # … and no other
    tenant.fault(DELETE, drop=True, after=True, times=1)

    answer = sol.submit(page, to_path=removal_of(tess, APP).replace("%7C", "|"), reason=WHY)

    assert "It may have been done: check the list." in said_after(sol, answer)
    assert ActivityEvent.objects.get().outcome == "unknown"


# Whoever has been made staff at the tenant


def test_removal_from_somebody_made_administrator_meanwhile_is_refused(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    page = sol.open(removal_of(tess, APP))
    tenant.add_user(user_id=subject_of(tess), email=tess.email, roles=["admin"])

    answer = sol.submit(page, to_path=removal_of(tess, APP).replace("%7C", "|"), reason=WHY)

    assert answer.status_code == 422
    assert "Only an administrator may do this on a staff account." in text_of(answer)
    assert kinds_of(tenant, "tess") == ["totp", "phone", "recovery-code"]


def test_removal_while_roles_cannot_be_read_is_not_done_and_says_what_to_do(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol, ada = person("sol"), person("ada")
    page = sol.open(removal_of(tess, APP))
    management_scopes(tenant, *(each for each in NEEDED_SCOPES if each != "read:role_members"))
    cache.clear()  # the token of before the change

    answer = sol.submit(page, to_path=removal_of(tess, APP).replace("%7C", "|"), reason=WHY)

    assert answer.status_code == 503
    assert "couldn't check whether this is a staff account" in unescape(text_of(answer))
    assert "It was not done" in text_of(answer)
    assert WHY in answer.content.decode()
    event = ActivityEvent.objects.get()
    assert (event.outcome, event.code) == ("failed", "forbidden")
    # An administrator needs no answer.
    assert "Removed “Phone app”." in said_after(ada, do(ada, removal_of(tess, APP)))


# A recovery code


def test_recovery_code_is_shown_once_and_stored_nowhere(person: People, tess: User, tenant: Tenant) -> None:
    sol = person("sol")

    answer = do(sol, security_of(tess, "recovery-code/"))

    code = tenant.user(tenant["tess"])["recovery_code"]
    assert answer.status_code == 200
    assert answer.content.decode().count(code) == 1
    assert "no-store" in answer["Cache-Control"]
    assert code not in text_of(sol.client.get(security_of(tess)))
    assert code not in str(dict(sol.client.session))
    assert code not in str(list(ActivityEvent.objects.values()))
    assert code not in mail.outbox[0].body


def test_recovery_code_without_a_second_factor_is_refused(person: People, nia: User) -> None:
    sol = person("sol")
    page = sol.open(security_of(nia, "recovery-code/"))

    assert "there is none yet" in text_of(page)
    assert 'name="reason"' not in page.content.decode()
    answer = sol.client.post(security_of(nia, "recovery-code/"), {"reason": WHY})
    assert answer.status_code == 422


# A link


def test_link_goes_to_the_person_and_is_shown_to_nobody(person: People, nia: User, tenant: Tenant) -> None:
    sol = person("sol")

    answer = do(sol, security_of(nia, "invite/"), kind="totp")

    said = said_after(sol, answer)
    assert "A link is on its way to nia@example.test." in said
    (message,) = tenant.messages("nia@example.test")
    ticket = message["text"].partition("ticket=")[2].split()[0]
    assert ticket
    assert ticket not in answer.content.decode() + said
    assert ActivityEvent.objects.get().factor_kind == "totp"


# Browsers


def test_remembered_browsers_are_forgotten(person: People, tess: User, tenant: Tenant) -> None:
    tenant.exchanges()

    do(person("sol"), security_of(tess, "forget-browsers/"))

    assert [c["path"] for c in tenant.exchanges(MANAGEMENT) if "invalidate-remember-browser" in c["path"]]
    assert ActivityEvent.objects.get().action == "browsers:forgotten"


# All of them


def test_reset_removes_second_factors_and_says_how_many(person: People, tess: User, tenant: Tenant) -> None:
    sol = person("sol")
    explained = text_of(sol.open(security_of(tess, "reset/")))
    assert "Signing in then takes the password and nothing more" in explained
    assert "passkeys" not in explained

    answer = do(sol, security_of(tess, "reset/"))

    assert "Removed 2 factors." in said_after(sol, answer)
    assert kinds_of(tenant, "tess") == ["recovery-code"]


def test_reset_takes_passkeys_only_when_ticked(person: People, local: Locals, tenant: Tenant) -> None:
    pat, sol = local("pat"), person("sol")

    assert "With the passkeys removed too" in text_of(sol.open(security_of(pat, "reset/")))
    do(sol, security_of(pat, "reset/"))
    assert kinds_of(tenant, "pat") == ["passkey"]
    do(sol, security_of(pat, "reset/"), passkeys="on")
    assert kinds_of(tenant, "pat") == []


def test_reset_where_a_factor_is_demanded_asks_for_a_link_and_keeps_the_reason(
    person: People, tess: User, tenant: Tenant
) -> None:
    tenant.set_settings(policies=["all-applications"])
    sol = person("sol")

    refused = do(sol, security_of(tess, "reset/"))
    assert refused.status_code == 422
    assert "send a link to add one along with it" in text_of(refused)
    assert WHY in refused.content.decode()
    assert kinds_of(tenant, "tess") == ["totp", "phone", "recovery-code"]

    said = said_after(sol, do(sol, security_of(tess, "reset/"), invitation="on"))
    assert "A link to add a new one is on its way" in said
    assert kinds_of(tenant, "tess") == ["recovery-code"]


def test_reset_that_fails_halfway_says_what_is_gone(person: People, tess: User, tenant: Tenant) -> None:
    sol = person("sol")
    sol.open(security_of(tess, "reset/"))
    tenant.fault("POST /api/v2/users/*/multifactor/actions/invalidate-remember-browser", status=500, times=10)

    answer = do(sol, security_of(tess, "reset/"))

    assert "Removed so far: Phone app, +1" in said_after(sol, answer)
    assert kinds_of(tenant, "tess") == ["recovery-code"]


# Requests of other kinds


@pytest.mark.parametrize("ending", ACTIONS)
def test_action_needs_a_post_with_a_token(person: People, tess: User, tenant: Tenant, ending: str) -> None:
    sol = person("sol", enforce_csrf_checks=True)
    sol.open(security_of(tess))

    assert sol.client.get(security_of(tess, ending), {"reason": WHY}).status_code == 200
    assert sol.client.post(security_of(tess, ending), {"reason": WHY}).status_code == 403
    assert not ActivityEvent.objects.exists()
