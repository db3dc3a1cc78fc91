"""For tests of a site: `force_login` signs somebody in and proves nothing, so every gate stays shut."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.auth0.claims import MFA_METHOD, Proof
from accounts.identity import is_user, subject_of
from accounts.step_up.assurance import record_proof


def prove_mfa(client: Client, ago: timedelta = timedelta()) -> None:
    """Write down for a signed-in test client that a second factor was passed, now or some time ago.

    Raises `ValueError` for a client that is not signed in, and for a user without an identity at the tenant.
    """
    request = HttpRequest()
    request.session = client.session
    request.user = get_user(request)
    user = request.user
    if not (is_user(user) and (subject := subject_of(user))):
        raise ValueError("Sign the client in first, as a user with a `UserSocialAuth` row of the tenant.")
    moment = timezone.now() - ago
    methods = ("pwd", MFA_METHOD)
    proof = Proof(subject, issued_at=moment, login_at=moment, has_mfa=True, methods=methods)
    record_proof(request, user, proof)
    # The session's key changes as assurance rises, as it does after a real step-up.
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
