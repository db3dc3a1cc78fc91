"""The group that every member of staff is in: what staff may do in the admin, besides being let in.

Membership follows the roles claim as the staff flag does, at every login and both ways, where one is
configured. Apps give the group its permissions after each migration (`enrollment/support.py`); whoever may do
more is an administrator, or is in another group besides.
"""

from django.contrib.auth.models import Group

from accounts.models import User

STAFF_GROUP = "Support"


def follow_staff_flag(user: User) -> None:
    """Let the user join or leave the group."""
    group, _created = Group.objects.get_or_create(name=STAFF_GROUP)
    is_member = user.groups.filter(pk=group.pk).exists()
    if user.is_staff and not is_member:
        user.groups.add(group)
    elif is_member and not user.is_staff:
        user.groups.remove(group)
