"""That the tenant refused this site a person's token: remembered, so that nobody is sent in circles."""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

SESSION_KEY = "my_account_refused"
# An operator may put it right at any moment; until then there are other ways to the same end.
REMEMBERED_FOR = timedelta(minutes=15)


def note_refusal(request: HttpRequest) -> None:
    """Remember it for a while; an answer of 5xx would not save it."""
    request.session[SESSION_KEY] = int(timezone.now().timestamp())


def forget_refusal(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def is_refused(request: HttpRequest) -> bool:
    """Say whether asking again would very likely end in the same refusal."""
    noted = request.session.get(SESSION_KEY)
    if not isinstance(noted, int):
        return False
    age: float = timezone.now().timestamp() - noted
    return 0 <= age < REMEMBERED_FOR.total_seconds()
