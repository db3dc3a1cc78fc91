"""The steps of signing in with Auth0, in the order of `accounts.pipeline.PIPELINE`."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from social_core.exceptions import AuthResponseError
from social_django.models import UserSocialAuth

from accounts import conf
from accounts.auth0.claims import ClaimsError, Proof, proof_from_claims, roles_from_claims
from accounts.identity import User, bind_subject, email_field, has_field, identity_of, is_staff
from accounts.languages import active_language, note_language_read
from accounts.login.authorization_request import AuthorizationRequest
from accounts.login.backend import Auth0Backend
from accounts.login.errors import LoginErrorCode, SignInRefusedError
from accounts.login.judgement import judge
from accounts.login.new_users import create_user, fitting, is_unique
from accounts.signals import proof_recorded
from accounts.step_up.assurance import Assurance, Verdict, record_proof, verdict
from accounts.step_up.my_account import store_token, window_end
from accounts.step_up.return_to import default_destination, destination_after_step_up

logger = logging.getLogger(__name__)

# A name that no group of a site's own has: this one is given permissions.
STAFF_GROUP = "account-security-support"


def follow_staff_flag(user: Any) -> None:
    """Let the user join or leave the group of staff; a user model without flag or groups has its own way.

    Apps give the group its permissions after each migration (`enrollment.permissions`); whoever may do more
    is an administrator, or is in another group too.
    """
    if not (has_field("is_staff") and hasattr(user, "groups")):
        return
    group, _created = Group.objects.get_or_create(name=STAFF_GROUP)
    is_member = user.groups.filter(pk=group.pk).exists()
    if is_staff(user) and not is_member:
        user.groups.add(group)
    elif is_member and not is_staff(user):
        user.groups.remove(group)


Step = dict[str, Any] | None


def same_person(backend: Auth0Backend, uid: str, user: User | None = None, **_: Any) -> Step:
    """Refuse anybody but the person who is signed in.

    The library would link an unknown identity to the signed-in user: a step-up answered from somebody else's
    Auth0 account would attach that account for good.
    """
    expected = backend.authorization_request.subject if backend.authorization_request else None
    social = identity_of(uid)
    is_theirs = user is None or (social is not None and social.user_id == user.pk)
    if not is_theirs or expected not in (None, uid):
        raise SignInRefusedError(backend, LoginErrorCode.WRONG_ACCOUNT)
    return {"social": social}


def email_is_verified(backend: Auth0Backend, **_: Any) -> Step:
    if conf.require_verified_email() and _claims(backend).get("email_verified") is not True:
        raise SignInRefusedError(backend, LoginErrorCode.EMAIL_UNVERIFIED)
    return None


def proof_of_the_token(backend: Auth0Backend, **_: Any) -> Step:
    """Read what the token proves; its nonce and state were checked to be this browser's own."""
    try:
        proof = proof_from_claims(_claims(backend), conf.methods_claim())
    except ClaimsError as error:
        raise AuthResponseError(backend, code="invalid_claim", stage="pipeline") from error
    if backend.authorization_request and not backend.authorization_request.is_met_by(proof):
        raise SignInRefusedError(
            backend, LoginErrorCode.LOGIN_NOT_FRESH, clocks=backend.clocks(_claims(backend))
        )
    return {"proof": proof}


def person(backend: Auth0Backend, uid: str, social: UserSocialAuth | None = None, **_: Any) -> Step:
    """Find the person by `sub`, never by name or email: an address may be anybody's who can type it.

    The row that links them holds no token, and says when they signed in last.
    """
    known = social or create_user(backend, uid, _claims(backend))
    user: Any = known.user
    if not user.is_active:
        raise SignInRefusedError(backend, LoginErrorCode.BLOCKED)
    known.save(update_fields=["modified"])
    bind_subject(user, uid)
    return {"user": user, "social": known, "is_new": social is None, "new_association": False}


def fresh_profile(backend: Auth0Backend, user: User, **_: Any) -> Step:
    claims = _claims(backend)
    given, family, name = (_text(claims, key) for key in ("given_name", "family_name", "name"))
    if not (given or family) and name != claims.get("email"):
        given = name
    profile = {email_field(): claims.get("email"), "first_name": given, "last_name": family}
    known = {field: value for field, value in profile.items() if isinstance(value, str) and has_field(field)}
    # What people may sign in to the rest of the site by is the site's to change.
    _update(user, {field: value for field, value in known.items() if not is_unique(field)})
    return None


def fresh_roles(backend: Auth0Backend, user: User, **_: Any) -> Step:
    """Staff and superuser follow the tenant at every login, both ways: a role taken away is gone here too.

    Where no claim is configured, the site has its own way of saying who is staff, and it is left alone.
    """
    settings = conf.roles()
    if not settings.claim:
        return None
    held = roles_from_claims(_claims(backend), settings.claim)
    is_administrator = settings.superuser in held - {""}
    is_support = is_administrator or settings.staff in held - {""}
    _update(user, {"is_staff": is_support, "is_superuser": is_administrator})
    # The group goes with the flag: letting somebody into the admin shows them nothing yet.
    follow_staff_flag(user)
    return None


def language_read(user: User, **_: Any) -> Step:
    """Note what the person reads the site in, to write to them in it."""
    note_language_read(user, active_language())
    return None


def recorded(backend: Auth0Backend, proof: Proof, user: User, **_: Any) -> Step:
    """Write down what was proved, once all else has passed: nothing is recorded for a sign-in that failed."""
    request, asked = backend.request_from_browser, backend.authorization_request
    judgement = judge(asked, proof)
    if judgement.doubt:
        logger.warning(
            "A factor that user %s used does not count; had one before: %s", user.pk, judgement.doubt
        )
    assurance = record_proof(request, user, judgement)
    proof_recorded.send_robust(Assurance, request=request, user=user, assurance=assurance)
    return {"assurance": assurance}


@sensitive_variables("response")
def my_account_token(
    backend: Auth0Backend, assurance: Assurance, response: Mapping[str, Any], **_: Any
) -> Step:
    """Keep the token of this very exchange, where the request asked for one and proved enough for it.

    A granted scope that is not named is the one that was asked for (RFC 6749, section 5.1).
    """
    asked = backend.authorization_request
    if asked is None or asked.grant is None or asked.requirement is None:
        return None
    if verdict(assurance, asked.requirement, timezone.now()) is not Verdict.ALLOWED:
        return None
    said = response.get("scope") or asked.scope
    granted = said if isinstance(said, str) else ""
    if asked.grant.missing_from(granted):
        raise SignInRefusedError(backend, LoginErrorCode.MY_ACCOUNT_SCOPE_MISSING)
    ends_at = min(window_end(assurance, asked.requirement), timezone.now() + _lifetime(response))
    store_token(backend.request_from_browser, str(response["access_token"]), ends_at, granted)
    return None


def landed(backend: Auth0Backend, assurance: Assurance, **_: Any) -> Step:
    """Choose the page that the visitor goes on to."""
    backend.strategy.session_set(
        "next", _destination(backend.request_from_browser, backend.authorization_request, assurance)
    )
    return None


def _destination(request: HttpRequest, asked: AuthorizationRequest | None, record: Assurance) -> str:
    if asked is None:
        return default_destination()
    if asked.requirement is None:
        return asked.next
    return destination_after_step_up(request, asked.next, asked.requirement, asked.grant, record)


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
    wanted = {field: fitting(field, value) for field, value in values.items() if has_field(field)}
    changed = {field: value for field, value in wanted.items() if getattr(user, field) != value}
    for field, value in changed.items():
        setattr(user, field, value)
    if changed:
        user.save(update_fields=list(changed))
