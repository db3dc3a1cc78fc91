"""Whether the application that people sign in with knows this site, and lets them add factors here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from accounts.auth0.grants import SCOPES_FOR_ENROLLING
from enrollment.doctor.findings import Finding, State, unseen

REGISTERED = "application.registered"
URLS, METHOD = "application.urls", "application.authentication"
LOGOUT = "application.backchannel-logout"
SCOPE = "read:clients"
BY_SECRET, BY_KEY = "client_secret_post", "private_key_jwt"


@dataclass(frozen=True)
class Application:
    """What Auth0 has registered for the application of AUTH0_CLIENT_ID."""

    callbacks: tuple[str, ...] = ()
    logout_urls: tuple[str, ...] = ()
    authentication: str = ""
    is_registered: bool = True
    # Where logout tokens go, and for what: Auth0's initiators, or "all".
    backchannel_urls: tuple[str, ...] = ()
    initiators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Addresses:
    """This site's own; with no SITE_URL they have no host. Without an offer, no logout token is ever sent."""

    callback: str
    after_logout: str
    backchannel: str
    offers_backchannel: bool = True


def application(
    found: Application | None, client_id: str, own: Addresses, *, has_key: bool = False
) -> list[Finding]:
    """Look at its addresses and its way to prove itself; None where it may not be read."""
    if found is None:
        return [unseen(name, SCOPE) for name in (REGISTERED, URLS, METHOD, LOGOUT)]
    if not found.is_registered:
        return [_unknown(client_id)]
    known = Finding(REGISTERED, State.OK, _("The tenant knows the application that people sign in with."))
    return [
        known,
        _urls(found, own.callback, own.after_logout),
        _method(found, has_key=has_key),
        _logout(found, own),
    ]


def _unknown(client_id: str) -> Finding:
    return Finding(
        REGISTERED,
        State.PROBLEM,
        _("The tenant knows no application %(client)s: nobody can sign in.") % {"client": client_id},
        _("Set AUTH0_CLIENT_ID to the Client ID of the application that people sign in with."),
    )


def _urls(found: Application, callback: str, after_logout: str) -> Finding:
    if not callback.startswith("http"):
        return Finding(
            URLS,
            State.UNCHECKED,
            _("Which addresses have to be allowed is not known here."),
            _("Set SITE_URL to this site's address, and run it again."),
        )
    wanted = {callback: found.callbacks, after_logout: found.logout_urls}
    missing = [url for url, allowed in wanted.items() if not _is_allowed(url, allowed)]
    if not missing:
        return Finding(URLS, State.OK, _("The callback and logout addresses of this site are allowed."))
    return Finding(
        URLS,
        State.PROBLEM,
        _("The application does not allow %(urls)s.") % {"urls": ", ".join(missing)},
        _("Add %(callback)s to its Allowed Callback URLs, and %(logout)s to its Allowed Logout URLs.")
        % {"callback": callback, "logout": after_logout},
    )


def _is_allowed(url: str, allowed: Iterable[str]) -> bool:
    return any(url == each or _fits(url, each) for each in allowed)


def _fits(url: str, pattern: str) -> bool:
    """A star stands for a part of the host, and for nothing else (Auth0, "Subdomain URL placeholders")."""
    if "*" not in pattern:
        return False
    scheme, host, path = urlsplit(pattern)[:3]
    labels = re.escape(host).replace(r"\*", "[^.]+")
    here = urlsplit(url)
    return (here.scheme, here.path) == (scheme, path) and re.fullmatch(labels, here.netloc) is not None


def _method(found: Application, *, has_key: bool) -> Finding:
    expected = BY_KEY if has_key else BY_SECRET
    if found.authentication == expected:
        return Finding(METHOD, State.OK, _("The application takes its secret the way this site sends it."))
    return Finding(
        METHOD,
        State.PROBLEM,
        _("The application wants %(method)s, and this site sends %(expected)s: every sign-in will fail.")
        % {"method": found.authentication or "-", "expected": expected},
        _("On its Credentials tab, set Private Key JWT with this site's public key.")
        if has_key
        else _("Set its Authentication Method, on the Credentials tab, to Client Secret (Post)."),
    )


# What ends sessions at the tenant, besides signing out.
ALL, REVOKED = "all", frozenset({"session-revoked", "password-changed", "account-deleted"})


def _logout(found: Application, own: Addresses) -> Finding:
    """Whether the tenant tells this site of sessions that end there; until then they live on here."""
    if not own.offers_backchannel:
        return Finding(
            LOGOUT,
            State.OK,
            _("The tenant has no back-channel logout, which takes an Enterprise plan: nothing to set up."),
        )
    if own.backchannel not in found.backchannel_urls:
        return Finding(
            LOGOUT,
            State.WARNING,
            _("The tenant does not tell this site when a session ends: it lives on here."),
            _("Set the application's Back-Channel Logout URI to %(url)s, and its initiators to all.")
            % {"url": own.backchannel},
        )
    if ALL not in found.initiators and REVOKED - set(found.initiators):
        return Finding(
            LOGOUT,
            State.WARNING,
            _("The tenant tells this site of sign-outs alone: a revoked session lives on here."),
            _("Set the application's Back-Channel Logout initiators to all."),
        )
    return Finding(LOGOUT, State.OK, _("The tenant tells this site when a session ends there."))


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
