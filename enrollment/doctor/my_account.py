"""Whether people can add factors in this site's own pages: Auth0's My Account API."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.auth0.grants import SCOPES_FOR_ENROLLING
from enrollment.doctor.findings import Finding, State, unseen

API, GRANT = "my-account.api", "my-account.grant"
API_SCOPE, GRANT_SCOPE = "read:resource_servers", "read:client_grants"
USER = "user"
# Whom the API lets ask for people's tokens: Auth0's `subject_type_authorization.user.policy`.
ANYBODY, NOBODY = "allow_all", "deny_all"


@dataclass(frozen=True)
class MyAccountApi:
    """The API as the tenant describes it; `policy` is empty where the tenant does not say."""

    is_active: bool
    policy: str = ""


@dataclass(frozen=True)
class UserGrant:
    """What a client grant lets an application ask for; `subject_type` is `user` or `client`."""

    subject_type: str
    scopes: tuple[str, ...]
    all_scopes: bool = False


def api(found: MyAccountApi | None, audience: str) -> Finding:
    """Say whether the API is activated; None where that may not be read."""
    if found is None:
        return unseen(API, API_SCOPE)
    if found.is_active:
        return Finding(API, State.OK, _("The My Account API is activated."))
    return Finding(
        API,
        State.PROBLEM,
        _("The My Account API (%(audience)s) is not activated: nobody can add a factor in this site's pages.")
        % {"audience": audience},
        _("Activate it in Auth0 under Applications → APIs. Until then people are sent to Auth0's own page."),
    )


def grant(grants: Sequence[UserGrant] | None, client_id: str, policy: str = "") -> Finding:
    """Say whether the application that people sign in with may ask for enrolling; None as above."""
    if policy == NOBODY:
        return _denied()
    if grants is None and policy != ANYBODY:
        return unseen(GRANT, GRANT_SCOPE)
    ours = [each for each in grants or () if each.subject_type == USER]
    granted = {scope for each in ours for scope in each.scopes}
    missing = [scope for scope in SCOPES_FOR_ENROLLING if scope not in granted]
    if not missing or policy == ANYBODY or any(each.all_scopes for each in ours):
        return Finding(GRANT, State.OK, _("The application may ask for what adding a factor takes."))
    return _lacking(missing, granted, client_id)


def _denied() -> Finding:
    return Finding(
        GRANT,
        State.PROBLEM,
        _("The My Account API is set to give no application a token for the person signed in."),
        _("Set its access for users to per-application authorization, and authorize the application."),
    )


def _lacking(missing: Sequence[str], granted: set[str], client_id: str) -> Finding:
    words = {"client": client_id, "scopes": ", ".join(missing)}
    step = _("Give it a client grant for that API with subject_type user and the scopes %(scopes)s.") % words
    if any(_hyphened(scope) in granted for scope in missing):
        step = (
            _("The scopes are spelt with underscores: %(scopes)s. The grant has them with hyphens.") % words
        )
    return Finding(
        GRANT,
        State.PROBLEM,
        _("Application %(client)s may not ask the My Account API for %(scopes)s.") % words,
        step,
    )


def _hyphened(scope: str) -> str:
    return scope.replace("_", "-")
