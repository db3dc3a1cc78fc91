"""Sessions that were ended one by one, noted with the account, which every request reads along anyway.

To delete a session from its store is not enough: a request that is under way may save it under a new key.
"""

import time
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from accounts.identity import User
from accounts.models import AccountState

# With more than this, all sessions of the account end, for what is noted must not grow without end.
MOST_NOTED = 200
# Longer than any request takes that may yet save the session.
MARGIN_SECONDS = 3600


def note_ended(user: User, names: Iterable[str]) -> None:
    """Note that these are over: ids of rows, or sessions at the tenant."""
    with transaction.atomic():
        AccountState.objects.get_or_create(user_id=user.pk)
        state = AccountState.objects.select_for_update().get(pk=user.pk)
        now = time.time()
        until = int(now) + settings.SESSION_COOKIE_AGE + MARGIN_SECONDS
        noted = {name: end for name, end in state.ended_sessions.items() if end > now}
        noted |= dict.fromkeys(filter(None, names), until)
        if len(noted) > MOST_NOTED:
            state.session_generation, noted = state.session_generation + 1, {}
        state.ended_sessions = noted
        state.save(update_fields=["ended_sessions", "session_generation"])
    user.account_state = state  # type: ignore[attr-defined]  # the other end of its relation


def is_noted(user: User, names: Iterable[str]) -> bool:
    """Say whether one of these was ended, as the account said when it was read."""
    noted: dict[str, int] = getattr(getattr(user, "account_state", None), "ended_sessions", {})
    return bool(noted) and any(name in noted for name in names)


def was_noted_meanwhile(user: User, names: Iterable[str]) -> bool:
    """Say so as the database has it now."""
    state = AccountState.objects.filter(pk=user.pk).first()
    return state is not None and any(name in state.ended_sessions for name in names)
