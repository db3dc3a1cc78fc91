"""Asks for a step-up where a path, the admin or a view demands one; keeps the list of browsers."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from accounts import conf
from accounts.auth0.network import deadline_in
from accounts.identity import is_user
from accounts.languages import chosen_language
from accounts.sessions.devices import greet_device
from accounts.sessions.key_rotation import renew_auth_hash
from accounts.sessions.limits import is_past_limits, note_use
from accounts.sessions.user_sessions import is_ended, update_session_list
from accounts.step_up.assurance import attach_assurance
from accounts.step_up.form_owner import is_from_ended_session
from accounts.step_up.gates import (
    ADMIN,
    StepUpRequired,
    ViewFunction,
    gate_admin,
    require_for,
    require_for_view,
)
from accounts.step_up.responses import sign_in_response, step_up_response
from accounts.step_up.rules import is_way_in, path_rules
from accounts.views.pages import sign_out


class TenantDeadlineMiddleware:
    """Ends every wait for the tenant some seconds after the request began; comes first.

    A hanging tenant would otherwise hold a thread for as many timeouts as the page makes calls.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with deadline_in(conf.request_timeout()):
            return self.get_response(request)


class LanguageMiddleware:
    """Speaks the language of the account; comes after authentication, inside Django's `LocaleMiddleware`.

    That one goes by the browser. Nobody is looked up who brings no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and (language := _chosen_language(request)):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


def _chosen_language(request: HttpRequest) -> str:
    try:
        return chosen_language(request.user) if request.user.is_authenticated else ""
    except DatabaseError:
        # The page itself may not need a database, as the one that says whether there is one.
        return ""


class SessionListMiddleware:
    """Signs out sessions that were ended elsewhere or are past a limit; keeps the list of all others.

    Comes right after authentication middleware: nothing after it may take an ended session for somebody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and _is_signed_in(request):
            if is_ended(request) or is_past_limits(request):
                logout(request)
            else:
                note_use(request)
        response = self.get_response(request)
        # A page that did not ask who is there must not vary by cookie; a session is not saved with a 5xx.
        is_saved = request.session.accessed and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        if is_saved and update_session_list(request) and is_user(request.user):
            greet_device(request, response, request.user)
        return response


def _is_signed_in(request: HttpRequest) -> bool:
    try:
        renew_auth_hash(request)
        return request.user.is_authenticated
    except DatabaseError:
        # Whoever cannot be looked up is not signed in, and the page itself may not need a database.
        return False


class StepUpMiddleware:
    """Comes after the session, CSRF and authentication middleware, and before `LoginRequiredMiddleware`.

    Looks at the session and the user, and at nothing else. `request.assurance` is what was proved, or None.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.rules = path_rules()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        attach_assurance(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: ViewFunction, *_: Any) -> HttpResponseBase | None:
        """Gate before the view runs; `process_exception` sees only what the view itself raises.

        What was typed into a form whose session has ended is kept, and nothing is done with it.
        """
        if not getattr(view, "csrf_exempt", False) and is_from_ended_session(request):
            return sign_in_response(request)
        try:
            return self._gate(request, view)
        except StepUpRequired as required:
            return step_up_response(request, required)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return step_up_response(request, exception) if isinstance(exception, StepUpRequired) else None

    def _gate(self, request: HttpRequest, view: ViewFunction) -> HttpResponseBase | None:
        match = request.resolver_match
        if self.rules and not (match and is_way_in(match.view_name)):
            self._apply_rules(request)
        require_for_view(request, view)
        if match and ADMIN in match.app_names and conf.gate_admin():
            return gate_admin(request, match, sign_out)
        return None

    def _apply_rules(self, request: HttpRequest) -> None:
        path = request.path_info
        for rule in self.rules:
            if rule.covers(path):
                require_for(request, rule.requirement)
