"""Which enrollments this browser began: the session's own list of the latest ones."""

from django.http import HttpRequest

from enrollment.models import PendingEnrollment

SESSION_KEY = "enrollment_begun"
MOST = 10


def note(request: HttpRequest, row: PendingEnrollment) -> None:
    known = [*request.session.get(SESSION_KEY, ()), str(row.pk)]
    request.session[SESSION_KEY] = list(dict.fromkeys(known))[-MOST:]


def here(request: HttpRequest, row: PendingEnrollment) -> bool:
    return str(row.pk) in request.session.get(SESSION_KEY, ())
