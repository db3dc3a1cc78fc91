"""Tell somebody of a sign-in with a browser that has never signed in to their account."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.humanize import browser_name
from accounts.identity import User, identity_of, subject_of
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, write_event
from enrollment.models.activity import Action, Outcome

# Whose account began as recently signs in with their first browser.
NEW_FOR = timedelta(minutes=5)


def tell_of_new_device(request: HttpRequest, user: User, **_: Any) -> None:
    identity = identity_of(subject_of(user))
    if identity is not None and timezone.now() - identity.created < NEW_FOR:
        return
    actor = Actor.from_request(request)
    attempt = Attempt(actor, user, Action.DEVICE_NEW, factor_name=browser_name(actor.user_agent))
    write_event(attempt, Outcome.DONE, told=True)
