"""Error pages that depend on what went wrong."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a 400. Where the session ended under a request, its view may have changed something."""
    if not isinstance(exception, SessionInterrupted):
        return defaults.bad_request(request, exception)
    request.user = AnonymousUser()
    return defaults.bad_request(request, exception, "accounts/session_ended.html")
