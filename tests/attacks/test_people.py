"""People who are not, or no longer, who the session says; and people whose names are markup."""

import pytest
from django.core import mail

from accounts.identity import subject_of
from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import begin_sign_in, begin_step_up
from tests.attacks.conftest import Intruder
from tests.support.tenant import Tenant

TOTP = "/account/security/totp%7Cdev_tess_totp"
USERS = "/admin/users/user/"
MARKUP = "<script>alert(1)</script>\"'&{{ 7|add:7 }}"


def test_role_taken_away_at_the_tenant_is_gone_with_the_next_step_up(
    tenant: Tenant, person: PersonMaker
) -> None:
    """The admin wants a second factor every quarter of an hour, so nobody stays longer than that."""
    sol = person("sol")
    sol.sign_in()
    assert User.objects.get().is_staff
    tenant.add_user(user_id=sol.account.sub, email=sol.account.email, roles=[])
    assert sol.open("/admin/").status_code == 403
    assert not User.objects.get().is_staff


def test_person_deactivated_while_at_the_tenant_comes_back_to_nothing(person: PersonMaker) -> None:
    tess = person("tess")
    tess.sign_in()
    callback = tess.to_callback(begin_step_up(tess, "/account/security/"))
    User.objects.update(is_active=False)
    assert tess.client.get(callback).status_code == 403
    assert tess.client.get("/account/security/")["Location"].startswith("/sign-in/")


def test_stolen_cookie_is_worth_nothing_once_its_account_was_deactivated_and_is_let_in_again(
    browser_of: Intruder, tenant: Tenant, ada: User, tess: User
) -> None:
    thief, admin = browser_of(tess), browser_of(ada)
    for form in ({}, {"is_active": "on"}):
        assert admin.post(f"{USERS}{tess.pk}/change/", form)["Location"] == USERS
    assert User.objects.get(pk=tess.pk).is_active
    assert thief.get("/account/security/")["Location"].startswith("/sign-in/")


def test_address_of_an_administrator_makes_nobody_one(tenant: Tenant, person: PersonMaker, ada: User) -> None:
    nia = person("nia")
    tenant.token_fault(set={"email": ada.email, "email_verified": True, "nickname": ada.username})
    nia.come_back(begin_sign_in(nia))
    user = User.objects.get(pk=nia.client.session["_auth_user_id"])
    assert (user.email, subject_of(user), user.is_staff) == (ada.email, nia.account.sub, False)
    assert user.pk != ada.pk


def test_name_that_is_markup_is_shown_as_it_is_spelt(
    tenant: Tenant, browser_of: Intruder, ada: User, tess: User
) -> None:
    User.objects.filter(pk=tess.pk).update(first_name=MARKUP, last_name=MARKUP)
    client, admin = browser_of(tess), browser_of(ada)
    client.post(f"{TOTP}/rename/", {"name": "<b>{{ x }}"})
    admin.post(f"{USERS}{tess.pk}/security/forget-browsers/", {"reason": MARKUP})
    assert ActivityEvent.objects.filter(reason=MARKUP).exists()
    own = ("/", "/account/security/", "/account/security/activity/", f"{TOTP}/remove/", f"{TOTP}/rename/")
    pages = (f"{USERS}{tess.pk}/{page}/" for page in ("security", "change", "delete", "history"))
    theirs = (USERS, "/admin/enrollment/activityevent/", *pages)
    for page in [*map(client.get, own), *map(admin.get, theirs)]:
        html = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in html
        assert "<b>{{" not in html


@pytest.mark.parametrize("field", ["first_name", "email"])
def test_line_break_in_a_profile_adds_no_header_to_an_email(
    tenant: Tenant, browser_of: Intruder, tess: User, field: str
) -> None:
    User.objects.filter(pk=tess.pk).update(**{field: "tess@example.test\r\nBcc: mallory@evil.test"})
    assert browser_of(tess).post(f"{TOTP}/rename/", {"name": "New"}).status_code == 302
    for message in mail.outbox:
        assert message.recipients() == ["tess@example.test"]
        assert "Bcc" not in message.message()
