"""A frozen account at the pages: what they say, and the sign-in that ends it."""

import re
from collections.abc import Callable

import pytest
from django.core import mail

from accounts.models import UserSession
from enrollment.models.locks import current_lock
from tests.enrollment.alarms import RENAME, REVOKE, SESSIONS, alarm, outcomes, user_of
from tests.enrollment.reading import SECURITY, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]


def test_locked_account_says_so_and_takes_no_change(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(RENAME)
    alarm(tess)
    page = tess.client.get(SECURITY)
    assert "Your ways of signing in are frozen" in text_of(page)

    answer = tess.client.post(RENAME, {"name": "Thief's"})

    assert answer["Location"].startswith("/step-up/")
    assert tenant.user(tess.account)["methods"][0]["name"] == "Phone app"
    asked = text_of(tess.client.get(answer["Location"]))
    assert "prove who you are anew" in asked
    # People live in other time zones than the site.
    assert re.search(r"before .+ UTC is void", asked)


def test_sign_in_with_a_second_factor_ends_the_lock_and_is_told(person: People, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(RENAME)
    alarm(tess)
    mail.outbox.clear()
    elapse(5)

    page = tess.open(f"{SECURITY}unfreeze/")

    assert [walked.path for walked in tess.walks[-1].pages] == ["/u/login", "/u/mfa/challenge/otp"]
    assert "can be changed again" in text_of(page)
    assert "are frozen" not in text_of(tess.client.get(SECURITY))
    assert current_lock(user_of(tess)) is None
    assert [message.subject for message in mail.outbox] == ["Your account can be changed again"]
    assert outcomes(tess)["account:unfrozen"] == "done"
    assert tess.client.post(RENAME, {"name": "Mine"}).status_code == 302
    assert tess.tenant.user(tess.account)["methods"][0]["name"] == "Mine"


def test_sign_in_from_another_browser_ends_it_too(person: People, tenant: Tenant, elapse: Clock) -> None:
    tenant.set_settings(policies=["all-applications"])
    tess, other = person("tess"), person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(5)
    other.sign_in()

    assert current_lock(user_of(tess)) is None


def is_signed_in(who: Person) -> bool:
    return who.client.get(SECURITY).status_code == 200


def test_owner_who_ends_it_signs_out_whoever_made_it(person: People, elapse: Clock) -> None:
    thief, late, owner = person("tess"), person("tess"), person("tess")
    thief.open(SECURITY)
    alarm(thief)
    late.open(SECURITY)
    elapse(5)
    assert [is_signed_in(who) for who in (thief, late)] == [True, True]

    assert "can be changed again" in text_of(owner.open(f"{SECURITY}unfreeze/"))

    assert [is_signed_in(who) for who in (thief, late, owner)] == [False, False, True]
    assert UserSession.objects.filter(user=user_of(owner)).count() == 1
    assert "every other browser was signed out" in mail.outbox[-1].body


def test_browser_that_made_it_and_ends_it_stays_the_one_it_was(person: People, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    alarm(tess)
    before = UserSession.objects.get(user=user_of(tess))
    elapse(5)

    tess.open(f"{SECURITY}unfreeze/")

    after = UserSession.objects.get(user=user_of(tess))
    assert (after.pk, after.created_at) == (before.pk, before.created_at)
    assert after.key_digest != before.key_digest


def test_lock_that_the_sign_in_could_not_end_signs_others_out_once_it_ends(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    """The tenant did not say what nia has, so the sign-in counted for too little at first."""
    thief, nia = person("nia"), person("nia")
    thief.open(SECURITY)
    alarm(thief)
    elapse(5)
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)
    nia.sign_in(SECURITY)
    assert current_lock(user_of(nia))
    tenant.control("faults", [])
    elapse(120)

    assert "can be changed again" in text_of(nia.open(f"{SECURITY}unfreeze/"))

    assert [is_signed_in(who) for who in (thief, nia)] == [False, True]


def test_sign_in_by_password_alone_does_not_end_it(person: People, elapse: Clock) -> None:
    tess, thief = person("tess"), person("tess")
    tess.open(SECURITY)
    alarm(tess)
    elapse(5)
    thief.open(SECURITY)

    assert current_lock(user_of(tess))
    assert "are frozen" in text_of(thief.client.get(SECURITY))


def test_second_factor_alone_does_not_end_it_where_the_tenants_session_lived_on(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    """The step-up asks for the password again, so a session that could not be ended is of no use."""
    tess = person("tess")
    tess.open(RENAME)
    for route in (REVOKE, SESSIONS):
        tenant.fault(route, status=403)
    alarm(tess)
    elapse(5)
    tess.open(f"{SECURITY}unfreeze/")

    assert [page.path for page in tess.walks[-1].pages] == ["/u/login", "/u/mfa/challenge/otp"]


def test_person_without_a_second_factor_ends_it_by_signing_in_anew(person: People, elapse: Clock) -> None:
    nia = person("nia")
    nia.open(SECURITY)
    alarm(nia)
    elapse(5)

    assert "can be changed again" in text_of(nia.open(f"{SECURITY}unfreeze/"))
    assert current_lock(user_of(nia)) is None


def test_unfreezing_what_is_not_locked_does_nothing(person: People) -> None:
    nia = person("nia")
    nia.open(SECURITY)

    assert nia.client.get(f"{SECURITY}unfreeze/").status_code == 302
    assert mail.outbox == []


def test_alarm_drops_the_permission_to_enroll(person: People) -> None:
    tess = person("tess")
    tess.open(f"{SECURITY}add/totp/")
    assert "accounts_my_account" in tess.client.session
    alarm(tess)

    assert "accounts_my_account" not in tess.client.session


@pytest.mark.parametrize("path", [f"{SECURITY}add/totp/", RENAME, RENAME.replace("rename", "remove")])
def test_page_of_a_change_asks_at_once_for_the_proof_that_ends_the_lock(
    person: People, elapse: Clock, path: str
) -> None:
    """The proof of before would open the page, and the form on it would then be refused."""
    tess = person("tess")
    tess.open(path)
    alarm(tess)
    elapse(5)
    asked = tess.client.get(path)
    assert "prove who you are anew" in text_of(tess.client.get(asked["Location"]))

    page = tess.open(path)

    assert [walked.path for walked in tess.walks[-1].pages] == ["/u/login", "/u/mfa/challenge/otp"]
    assert "are frozen" not in text_of(page)
    assert current_lock(user_of(tess)) is None
