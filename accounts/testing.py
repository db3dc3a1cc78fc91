"""For tests of a site: `force_login` signs somebody in and proves nothing, so every gate stays shut."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.auth0.claims import MFA_METHOD, Proof
from accounts.auth0.methods_claim import ToldMethods
from accounts.identity import is_user, subject_of
from accounts.step_up.assurance import record_proof


def prove_mfa(client: Client, ago: timedelta = timedelta()) -> None:
    """Write down for a signed-in test client that a second factor was passed, now or some time ago.

    It is no passkey and no security key.
    Raises `ValueError` for a client that is not signed in, and for a user without an identity at the tenant.
    """
    _prove(client, ago)


def prove_phishing_resistant(client: Client, ago: timedelta = timedelta()) -> None:
    """Write down the same of a security key, which is both a second factor and phishing-resistant."""
    _prove(client, ago, is_resistant=True)


def _prove(client: Client, ago: timedelta, *, is_resistant: bool = False) -> None:
    request = HttpRequest()
    request.session = client.session
    request.user = get_user(request)
    user = request.user
    if not (is_user(user) and (subject := subject_of(user))):
        raise ValueError("Sign the client in first, as a user with a `UserSocialAuth` row of the tenant.")
    moment = timezone.now() - ago
    proof = Proof(subject, issued_at=moment, login_at=moment, has_mfa=True, methods=("pwd", MFA_METHOD))
    used = ToldMethods(security_key_at=moment) if is_resistant else ToldMethods()
    record_proof(request, user, replace(proof, told=used, security_key_at=used.security_key_at))
    # The session's key changes as assurance rises, as it does after a real step-up.
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
