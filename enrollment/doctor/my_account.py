"""Whether people can add factors in this site's own pages: Auth0's My Account API."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.grants import SCOPES_FOR_ENROLLING
from enrollment.doctor.findings import Finding, State, unseen

API, GRANT = "my-account.api", "my-account.grant"
API_SCOPE, GRANT_SCOPE = "read:resource_servers", "read:client_grants"
USER = "user"


@dataclass(frozen=True)
class UserGrant:
    """What a client grant lets an application ask for; `subject_type` is `user` or `client`."""

    subject_type: str
    scopes: tuple[str, ...]


def api(is_active: bool | None, audience: str) -> Finding:
    """Say whether the API is activated; None where that may not be read."""
    if is_active is None:
        return unseen(API, API_SCOPE)
    if is_active:
        return Finding(API, State.OK, _("The My Account API is activated."))
    return Finding(
        API,
        State.PROBLEM,
        _("The My Account API (%(audience)s) is not activated: nobody can add a factor in this site's pages.")
        % {"audience": audience},
        _("Activate it in Auth0 under Applications → APIs. Until then people are sent to Auth0's own page."),
    )


def grant(grants: Sequence[UserGrant] | None, client_id: str) -> Finding:
    """Say whether the application that people sign in with may ask for enrolling; None as above."""
    if grants is None:
        return unseen(GRANT, GRANT_SCOPE)
    granted = {scope for each in grants if each.subject_type == USER for scope in each.scopes}
    missing = [scope for scope in SCOPES_FOR_ENROLLING if scope not in granted]
    if not missing:
        return Finding(GRANT, State.OK, _("The application may ask for what adding a factor takes."))
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
