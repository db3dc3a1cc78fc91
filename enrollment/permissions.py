"""What support staff may do in the admin: look people up, help them with their factors, read the trail."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission
from django.db.models import Q

from accounts.login.pipeline import STAFF_GROUP
from accounts.models import User

SUPPORT_FACTORS = "enrollment.support_factors"
PERMISSIONS = (
    ("accounts", "view_user"),
    ("enrollment", "view_activityevent"),
    ("enrollment", "support_factors"),
)


def may_support(user: User | AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person helps others with their factors; whose, and with what proof, is the flows' rule."""
    return isinstance(user, User) and user.is_staff and user.has_perm(SUPPORT_FACTORS)


def equip_staff_group(*, using: str, **_kwargs: Any) -> None:
    """Put the staff group's permissions right after a migration, which has made them by then.

    Not in a migration of its own: there, permissions of the same run do not exist yet.
    """
    wanted = Q()
    for app, codename in PERMISSIONS:
        wanted |= Q(content_type__app_label=app, codename=codename)
    group, _created = Group.objects.using(using).get_or_create(name=STAFF_GROUP)
    group.permissions.add(*Permission.objects.using(using).filter(wanted))
