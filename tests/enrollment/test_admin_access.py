"""Who gets into the admin's pages about people, and what they may do there."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission

from accounts.identity import subject_of
from accounts.login.pipeline import STAFF_GROUP
from enrollment.models.activity import ActivityEvent
from enrollment.permissions import equip_staff_group
from mfaproject.users.models import User
from tests.enrollment.admin_pages import ACTIONS, TRAIL, USERS, WHY, do, security_of
from tests.enrollment.reading import MANAGEMENT, text_of
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
PAGES = ("", *ACTIONS, "totp%7Cdev_tess_totp/remove/")


# The gate


@pytest.mark.parametrize("ending", PAGES)
def test_admin_is_refused_without_a_second_factor_and_open_with_it(
    person: People, tess: User, tenant: Tenant, ending: str
) -> None:
    sol = person("sol")
    sol.sign_in()
    tenant.exchanges()

    refused = sol.client.get(security_of(tess, ending))
    assert refused.status_code == 302
    assert refused["Location"].startswith("/step-up/?next=")
    assert tenant.exchanges(MANAGEMENT) == []

    assert sol.open(security_of(tess, ending)).status_code == 200


def test_step_up_that_ran_out_is_asked_for_again_before_an_action(
    person: People, tess: User, tenant: Tenant, elapse: Callable[[float], None]
) -> None:
    sol = person("sol")
    page = sol.open(security_of(tess, "forget-browsers/"))
    elapse(901)

    answer = sol.submit(page, to_path=security_of(tess, "forget-browsers/"), reason=WHY)

    assert answer["Location"].startswith("/step-up/")
    assert not ActivityEvent.objects.exists()


def test_typed_reason_survives_the_step_up_that_interrupted_it(
    person: People, tess: User, elapse: Callable[[float], None]
) -> None:
    sol = person("sol")
    page = sol.open(security_of(tess, "forget-browsers/"))
    elapse(901)

    back = sol.follow(sol.submit(page, to_path=security_of(tess, "forget-browsers/"), reason=WHY))

    assert back.request["PATH_INFO"] == security_of(tess, "forget-browsers/")
    assert f">\n{WHY}</textarea>" in back.content.decode()
    assert not ActivityEvent.objects.exists()


def test_somebody_who_is_no_staff_gets_nowhere(person: People, nia: User, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open("/account/security/")
    tess.step_up("/account/security/")

    for path in (USERS, TRAIL, security_of(nia), security_of(nia, "reset/")):
        assert tess.client.get(path).status_code == 403


# The permission, and the group that gives it


def test_support_sees_people_and_the_trail_and_edits_nothing(person: People, tess: User) -> None:
    sol = person("sol")
    index = text_of(sol.open("/admin/"))

    assert "Users" in index
    assert "Activity" in index
    assert "Groups" not in index
    form = sol.client.get(f"{USERS}{tess.pk}/change/")
    assert "Close" in text_of(form)
    assert 'name="_save"' not in form.content.decode()
    assert sol.client.post(f"{USERS}{tess.pk}/change/", {"is_active": ""}).status_code == 403
    assert sol.client.get(f"{USERS}{tess.pk}/delete/").status_code == 403
    assert sol.client.get(f"{USERS}add/").status_code == 403
    tess.refresh_from_db()
    assert tess.is_active


def test_staff_group_is_left_when_the_role_is_taken_away(person: People, tenant: Tenant) -> None:
    person("sol").sign_in()
    user = User.objects.get(email="sol@example.test")
    assert [group.name for group in user.groups.all()] == [STAFF_GROUP]

    tenant.add_user(email="sol@example.test", roles=[])
    person("sol").sign_in()

    assert not user.groups.exists()
    assert not User.objects.get(pk=user.pk).has_perm("enrollment.support_factors")


def test_other_groups_are_left_alone_by_the_role(person: People) -> None:
    person("sol").sign_in()
    user = User.objects.get(email="sol@example.test")
    user.groups.add(Group.objects.create(name="Editors"))

    person("sol").sign_in()

    assert {group.name for group in user.groups.all()} == {STAFF_GROUP, "Editors"}


def test_staff_without_the_permission_can_neither_look_nor_act(
    person: People, tess: User, tenant: Tenant
) -> None:
    sol = person("sol")
    sol.open("/admin/")
    Group.objects.get(name=STAFF_GROUP).permissions.remove(Permission.objects.get(codename="support_factors"))
    tenant.exchanges()

    assert sol.client.get(security_of(tess)).status_code == 403
    assert sol.client.post(security_of(tess, "reset/"), {"reason": WHY}).status_code == 403
    assert "Account security" not in text_of(sol.client.get(USERS))
    assert tenant.exchanges(MANAGEMENT) == []


# Staff accounts


@pytest.mark.parametrize("ending", [*ACTIONS, "totp%7Cdev_ada_totp/remove/"])
def test_support_cannot_touch_an_administrator(
    person: People, ada: User, tenant: Tenant, ending: str
) -> None:
    sol = person("sol")
    page = sol.open(security_of(ada, ending))

    assert "Only an administrator may do this on a staff account." in text_of(page)
    assert 'name="reason"' not in page.content.decode()
    answer = sol.client.post(security_of(ada, ending), {"reason": WHY, "invitation": "on"})
    assert answer.status_code == 422
    assert [method["type"] for method in tenant.user(tenant["ada"])["methods"]] == ["totp"]
    assert tenant.messages() == []
    (event,) = ActivityEvent.objects.all()
    assert (event.outcome, event.code) == ("refused", "staff-by-administrators")


def test_support_sees_a_staff_account_without_buttons(person: People, ada: User) -> None:
    page = person("sol").open(security_of(ada))

    assert "Work phone" in text_of(page)
    assert "Only an administrator" in text_of(page)
    assert "/reset/" not in page.content.decode()
    assert "/remove/" not in page.content.decode()


def test_administrator_may_help_support(person: People, sol: User, tenant: Tenant) -> None:
    answer = do(person("ada"), security_of(sol, "forget-browsers/"))

    assert answer.status_code == 302
    assert ActivityEvent.objects.get().outcome == "done"


def test_ones_own_account_is_changed_on_ones_own_page(person: People) -> None:
    ada = person("ada")
    ada.open("/admin/")
    page = ada.client.get(security_of(User.objects.get(email="ada@example.test")))

    assert "This is your own account." in text_of(page)
    assert "/reset/" not in page.content.decode()


# What the admin leaves out


def test_people_have_no_password_in_the_admin(person: People, tess: User) -> None:
    ada = person("ada")
    html = ada.open(f"{USERS}{tess.pk}/change/").content.decode()

    assert 'name="_save"' in html
    assert "password" not in html.lower()
    assert ada.client.get(f"{USERS}{tess.pk}/password/").status_code in {302, 404}
    assert ada.client.get(f"{USERS}add/").status_code == 403


def test_roles_and_identity_cannot_be_edited_even_by_an_administrator(person: People, tess: User) -> None:
    ada = person("ada")
    page = ada.open(f"{USERS}{tess.pk}/change/")

    ada.submit(page, "_save")
    ada.client.post(
        f"{USERS}{tess.pk}/change/",
        {"is_active": "on", "is_staff": "on", "is_superuser": "on", "email": "x@example.test", "sub": "a|b"},
    )

    before, sub = tess.email, subject_of(tess)
    tess.refresh_from_db()
    assert (tess.is_staff, tess.is_superuser, tess.email, subject_of(tess)) == (False, False, before, sub)


def test_groups_are_given_by_administrators_alone(person: People, tess: User) -> None:
    sol = person("sol")
    sol.open("/admin/")
    user = User.objects.get(email="sol@example.test")
    user.user_permissions.add(Permission.objects.get(codename="change_user"))
    owners = Group.objects.create(name="Owners")
    form = {"is_active": "on", "groups": str(owners.pk)}

    sol.client.post(f"{USERS}{user.pk}/change/", form)
    assert owners not in user.groups.all()

    ada = person("ada")
    ada.open("/admin/")
    ada.client.post(f"{USERS}{user.pk}/change/", form)
    assert owners in user.groups.all()


def test_nobody_links_identities_by_hand() -> None:
    models = set(apps.get_app_config("social_django").get_models())

    assert models
    assert not any(admin.site.is_registered(model) for model in models)


def test_deactivating_somebody_ends_what_they_can_do_in_running_sessions(person: People) -> None:
    tess, ada = person("tess"), person("ada")
    assert tess.open("/account/security/activity/").status_code == 200
    user = User.objects.get(email="tess@example.test")
    ada.open("/admin/")

    ada.client.post(f"{USERS}{user.pk}/change/", {})

    assert not User.objects.get(pk=user.pk).is_active
    assert tess.client.get("/account/security/activity/")["Location"].startswith("/sign-in/")


@pytest.mark.django_db
def test_group_of_the_site_called_support_is_given_nothing() -> None:
    theirs = Group.objects.create(name="Support")
    equip_staff_group(using="default")
    assert not theirs.permissions.exists()
    assert Group.objects.get(name=STAFF_GROUP).permissions.exists()
