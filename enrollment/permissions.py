"""What support staff may do in the admin: look people up, help them with their factors, read the trail."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from accounts.identity import has_permission, is_staff, is_user, view_permission
from accounts.login.pipeline import STAFF_GROUP

SUPPORT_FACTORS = "enrollment.support_factors"
PERMISSIONS = (
    ("enrollment", "view_activityevent"),
    ("enrollment", "support_factors"),
)


def may_support(user: Any) -> bool:
    """Whether this person helps others with their factors; whose, and with what proof, is the flows' rule."""
    return is_user(user) and is_staff(user) and has_permission(user, SUPPORT_FACTORS)


def equip_staff_group(*, using: str, **_kwargs: Any) -> None:
    """Put the staff group's permissions right after a migration, which has made them by then.

    Not in its own migration: there, permissions of the same run do not exist yet.
    """
    wanted = Q()
    for app, codename in ((*view_permission().split(".", 1),), *PERMISSIONS):
        wanted |= Q(content_type__app_label=app, codename=codename)
    group, _created = Group.objects.using(using).get_or_create(name=STAFF_GROUP)
    group.permissions.add(*Permission.objects.using(using).filter(wanted))
