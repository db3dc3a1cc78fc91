"""Whether the application that people sign in with knows this site."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from enrollment.doctor.findings import Finding, State, unseen

REGISTERED = "application.registered"
URLS, METHOD = "application.urls", "application.authentication"
SCOPE = "read:clients"
EXPECTED_METHOD = "client_secret_post"


@dataclass(frozen=True)
class Application:
    """What Auth0 has registered for the application of AUTH0_CLIENT_ID."""

    callbacks: tuple[str, ...] = ()
    logout_urls: tuple[str, ...] = ()
    authentication: str = ""
    is_registered: bool = True


def application(found: Application | None, client_id: str, callback: str, after_logout: str) -> list[Finding]:
    """Look at its addresses and its way to prove itself; None where it may not be read."""
    if found is None:
        return [unseen(name, SCOPE) for name in (REGISTERED, URLS, METHOD)]
    if not found.is_registered:
        return [_unknown(client_id)]
    known = Finding(REGISTERED, State.OK, _("The tenant knows the application that people sign in with."))
    return [known, _urls(found, callback, after_logout), _method(found)]


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


def _method(found: Application) -> Finding:
    if found.authentication == EXPECTED_METHOD:
        return Finding(METHOD, State.OK, _("The application takes its secret the way this site sends it."))
    return Finding(
        METHOD,
        State.PROBLEM,
        _("The application wants %(method)s, and this site sends %(expected)s: every sign-in will fail.")
        % {"method": found.authentication or "-", "expected": EXPECTED_METHOD},
        _("Set its Authentication Method, on the Credentials tab, to Client Secret (Post)."),
    )
