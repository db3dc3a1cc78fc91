"""The group that every member of staff is in: what staff may do in the admin, besides being let in.

Membership follows the roles claim as the staff flag does, at every login and both ways, where one is
configured. Apps give the group its permissions after each migration (`enrollment/support.py`); whoever may do
more is an administrator, or is in another group besides.
"""

import hashlib
import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from social_core.exceptions import AuthAssociationError, AuthResponseError
from social_django.models import UserSocialAuth

from accounts import conf
from accounts.auth0.claims import (
    REPLACEMENT,
    UNSTORABLE,
    ClaimsError,
    HadFactor,
    Proof,
    judged,
    proof_from_claims,
    roles_from_claims,
)
from accounts.identity import User, subject_of
from accounts.languages import active_language
from accounts.login.authorization_request import AuthorizationRequest
from accounts.login.backend import Auth0Backend
from accounts.login.errors import LoginErrorCode, SignInRefusedError
from accounts.signals import had_second_factor, proof_recorded
from accounts.step_up.assurance import Assurance, Verdict, record_proof, verdict
from accounts.step_up.my_account import store_token, window_end
from accounts.step_up.return_to import default_destination, destination_after_step_up

STAFF_GROUP = "Support"


def follow_staff_flag(user: Any) -> None:
    """Let the user join or leave the group."""
    group, _created = Group.objects.get_or_create(name=STAFF_GROUP)
    is_member = user.groups.filter(pk=group.pk).exists()
    if user.is_staff and not is_member:
        user.groups.add(group)
    elif is_member and not user.is_staff:
        user.groups.remove(group)


logger = logging.getLogger(__name__)

Step = dict[str, Any] | None


def same_person(backend: Auth0Backend, uid: str, user: User | None = None, **_: Any) -> Step:
    """Refuse anybody but the person who is signed in.

    The library would link an unknown identity to the signed-in user: a step-up answered from somebody else's
    Auth0 account would attach that account for good.
    """
    expected = backend.transaction.subject if backend.transaction else None
    if (user is not None and subject_of(user) != uid) or expected not in (None, uid):
        raise SignInRefusedError(backend, LoginErrorCode.WRONG_ACCOUNT)
    return None


def email_is_verified(backend: Auth0Backend, **_: Any) -> Step:
    if conf.require_verified_email() and _claims(backend).get("email_verified") is not True:
        raise SignInRefusedError(backend, LoginErrorCode.EMAIL_UNVERIFIED)
    return None


def proof_of_the_token(backend: Auth0Backend, **_: Any) -> Step:
    """Read what the token proves; its nonce and state were checked to be this browser's own."""
    try:
        proof = proof_from_claims(_claims(backend))
    except ClaimsError as error:
        raise AuthResponseError(backend, code="invalid_claim", stage="pipeline") from error
    if backend.transaction and not backend.transaction.is_met_by(proof):
        raise SignInRefusedError(
            backend, LoginErrorCode.LOGIN_NOT_FRESH, clocks=backend.clocks(_claims(backend))
        )
    return {"proof": proof}


def person(backend: Auth0Backend, uid: str, **_: Any) -> Step:
    """Find the person by `sub`, never by e-mail: an address may be anybody's who can type it."""
    known, is_new = get_user_model().objects.get_or_create(
        sub=uid, defaults={"username": username_for(uid), "password": make_password(None)}
    )
    if not known.is_active:
        raise SignInRefusedError(backend, LoginErrorCode.BLOCKED)
    return {"user": known, "is_new": is_new}


def association(backend: Auth0Backend, uid: str, user: User, id_key: str = "", **_: Any) -> Step:
    """Keep the row that the library asks for; it holds no token."""
    # Two first sign-ins at the same moment make one row.
    social, _is_new = UserSocialAuth.objects.get_or_create(
        provider=backend.name, uid=uid, defaults={"user": cast(Any, user), "id_key": id_key}
    )
    if social.user != user:
        raise AuthAssociationError(backend, code="identity_in_use", stage="pipeline")
    return {"social": social, "new_association": False}


def fresh_profile(backend: Auth0Backend, user: User, **_: Any) -> Step:
    claims = _claims(backend)
    given, family, name = (_text(claims, key) for key in ("given_name", "family_name", "name"))
    if not (given or family) and name != claims.get("email"):
        given = name
    profile = {"email": claims.get("email"), "first_name": given, "last_name": family}
    _update(user, {field: value for field, value in profile.items() if isinstance(value, str)})
    return None


def fresh_roles(backend: Auth0Backend, user: User, **_: Any) -> Step:
    """Staff and superuser follow the tenant at every login, both ways: a role taken away is gone here too.

    Where no claim is configured, the site has its own way of saying who is staff, and it is left alone.
    """
    settings = conf.roles()
    if not settings.claim:
        return None
    held = roles_from_claims(_claims(backend), settings.claim)
    is_superuser = settings.superuser in held - {""}
    is_staff = is_superuser or settings.staff in held - {""}
    _update(user, {"is_staff": is_staff, "is_superuser": is_superuser})
    # The group goes with the flag: letting somebody into the admin shows them nothing yet.
    follow_staff_flag(user)
    return None


def language_read(user: User, **_: Any) -> Step:
    """Note what the person reads the site in, to write to them in it."""
    _update(user, {"last_language": active_language()})
    return None


def recorded(backend: Auth0Backend, proof: Proof, user: User, **_: Any) -> Step:
    """Write down what was proved, once all else has passed: nothing is recorded for a sign-in that failed."""
    request = backend.request_from_browser
    judgement = judged(proof, _had_factor(backend.transaction, proof))
    if judgement.doubt:
        logger.warning(
            "A second factor of user %s does not count; had one before: %s", user.pk, judgement.doubt
        )
    assurance = record_proof(request, judgement)
    proof_recorded.send_robust(Assurance, request=request, user=user, assurance=assurance)
    return {"assurance": assurance}


def _had_factor(trip: AuthorizationRequest | None, proof: Proof) -> HadFactor:
    """Say whether they had a second factor before the trip: as known when it began, else by the list."""
    if trip is None or not proof.has_mfa:
        return HadFactor.UNKNOWN
    if trip.had_factor is not HadFactor.UNKNOWN:
        return trip.had_factor
    return had_second_factor(proof.subject, trip.began_at)


@sensitive_variables("response")
def my_account_token(
    backend: Auth0Backend, assurance: Assurance, response: Mapping[str, Any], **_: Any
) -> Step:
    """Keep the token of this very exchange, where the trip asked for one and proved enough for it.

    A granted scope that is not named is the one that was asked for (RFC 6749, section 5.1).
    """
    trip = backend.transaction
    if trip is None or trip.grant is None or trip.requirement is None:
        return None
    if verdict(assurance, trip.requirement, timezone.now()) is not Verdict.ALLOWED:
        return None
    said = response.get("scope") or trip.scope
    granted = said if isinstance(said, str) else ""
    if trip.grant.missing_from(granted):
        raise SignInRefusedError(backend, LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING)
    ends_at = min(window_end(assurance, trip.requirement), timezone.now() + _lifetime(response))
    store_token(backend.request_from_browser, str(response["access_token"]), ends_at, granted)
    return None


def landed(backend: Auth0Backend, assurance: Assurance, **_: Any) -> Step:
    """Choose the page that the visitor goes on to."""
    backend.strategy.session_set(
        "next", _destination(backend.request_from_browser, backend.transaction, assurance)
    )
    return None


def _destination(request: HttpRequest, trip: AuthorizationRequest | None, record: Assurance) -> str:
    if trip is None:
        return default_destination()
    if trip.requirement is None:
        return trip.next
    return destination_after_step_up(request, trip.next, trip.requirement, trip.grant, record)


def username_for(sub: str) -> str:
    """A user name nobody can choose: readable enough, and no two subjects share one."""
    readable = re.sub(r"[^\w.@+-]", ".", sub)[:100]
    return f"{readable}-{hashlib.sha256(sub.encode()).hexdigest()[:12]}"


def _lifetime(response: Mapping[str, Any]) -> timedelta:
    """How long the token lives; where that is not said (RFC 6749, section 5.1), the window decides alone."""
    seconds, window = response.get("expires_in"), conf.step_up_window()
    if not isinstance(seconds, int):
        return window
    return timedelta(seconds=max(0, min(seconds, window.total_seconds())))


def _claims(backend: Auth0Backend) -> dict[str, Any]:
    return backend.id_token or {}


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _update(user: User, values: dict[str, Any]) -> None:
    """Save the fields that changed, cut to what the column holds and made of what it takes."""
    fitting = {field: _fitting(field, value) for field, value in values.items()}
    changed = {field: value for field, value in fitting.items() if getattr(user, field) != value}
    for field, value in changed.items():
        setattr(user, field, value)
    if changed:
        user.save(update_fields=list(changed))


def _fitting(field: str, value: Any) -> Any:
    length = getattr(get_user_model()._meta.get_field(field), "max_length", None)  # noqa: SLF001  # Django's public name
    return UNSTORABLE.sub(REPLACEMENT, value)[:length] if isinstance(value, str) else value
