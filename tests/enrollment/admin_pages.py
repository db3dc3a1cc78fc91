"""Support's pages in the admin: where they are, and what is done on them."""

from typing import Any

from mfaproject.users.models import User
from tests.support.person import Person

WHY = "He called from the number on file"
USERS = "/admin/users/user/"
TRAIL = "/admin/enrollment/activityevent/"
ACTIONS = ("invite/", "recovery-code/", "forget-browsers/", "reset/")


def security_of(user: User, ending: str = "") -> str:
    return f"{USERS}{user.pk}/security/{ending}"


def removal_of(user: User, factor_id: str) -> str:
    return security_of(user, f"{factor_id.replace('|', '%7C')}/remove/")


def do(staff: Person, path: str, **values: str) -> Any:
    """Open an action's page, stepping up where asked, and send its form."""
    page = staff.open(path)
    return staff.submit(page, to_path=path.replace("%7C", "|"), **{"reason": WHY, **values})
