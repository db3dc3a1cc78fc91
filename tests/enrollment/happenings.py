"""Things that happen to an account, here and at the tenant, and the page that lists them."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

from django.utils import timezone

from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.reading import SECURITY
from tests.support import users
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
ACTIVITY = f"{SECURITY}activity/"
LOGS = "GET /api/v2/users/*/logs"


def happened(user: User, count: int, **values: object) -> None:
    now = timezone.now()
    for age in range(count):
        ActivityEvent.objects.create(
            subject=user,
            **{"actor": user, "action": "factor:renamed", "outcome": "done", "source": "page"}
            | {"factor_kind": "totp", "factor_name": f"App {age}.", "at": now - timedelta(hours=age)}
            | values,
        )


def logged(tenant: Tenant, who: Person, *kinds: str, **members: Any) -> None:
    """Entries of the tenant's log that come from elsewhere."""
    entries = [{"type": kind, "user_id": who.account.sub, **members} for kind in kinds]
    tenant.control("logs", entries)


def told(page: Any) -> list[str]:
    """The sentences of the list, one for each happening."""
    found = re.findall(r"<li>.*?<p>(.*?)</p>", page.content.decode(), re.DOTALL)
    return [unescape(sentence) for sentence in found]


def ago(**span: int) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()


def user_of(who: Person) -> User:
    return users.user_of(who.account.sub)


def signed_in(person: People, name: str = "tess") -> Person:
    """Somebody whose log the page has not seen yet."""
    who = person(name)
    who.sign_in()
    return who
