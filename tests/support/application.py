"""An application of the tenant's, spoken by hand: builds its requests, trades its codes, reads its tokens."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import requests
from jwt.types import Options

from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, Returned, TenantBrowser

CALL_SECONDS = 10
CALLBACK = "http://localhost:8000/auth/complete/auth0/"


def answer_of(returned: Page | Returned) -> dict[str, str]:
    """The parameters that the tenant sent back with the browser."""
    assert isinstance(returned, Returned), f"still at the tenant: {returned}"
    return dict(parse_qsl(urlsplit(returned.url).query))


@dataclass
class Application:
    """The web application of the seed, unless told otherwise."""

    tenant: Tenant
    client_id: str = "demo-web"
    client_secret: str = "demo-web-secret"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """PKCE's S256 of the verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def authorize_url(self, **changes: str | None) -> str:
        """A complete /authorize request; a parameter that is None is left out."""
        parameters: dict[str, str | None] = {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid profile email",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **changes,
        }
        sent = {name: value for name, value in parameters.items() if value is not None}
        return f"{self.tenant.base_url}/authorize?{urlencode(sent)}"

    def sign_in(self, browser: TenantBrowser, email: str, **parameters: str | None) -> dict[str, str]:
        """Sign in by password where no second factor is asked; what came back to the callback."""
        page = browser.open(self.authorize_url(**parameters))
        if isinstance(page, Returned):
            return answer_of(page)
        password = self.tenant[email.partition("@")[0]].password or ""
        return answer_of(browser.submit(page.form("password"), email=email, password=password))

    def trade(self, code: str, **changes: str | None) -> requests.Response:
        """Ask for the tokens of a code."""
        parameters = {"code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier, **changes}
        return self.token("authorization_code", **parameters)

    def token(self, grant_type: str | None, **parameters: str | None) -> requests.Response:
        """Call the token endpoint, authenticating by post."""
        body = {
            "grant_type": grant_type,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            **parameters,
        }
        sent = {name: value for name, value in body.items() if value is not None}
        return self.tenant.http.post(f"{self.tenant.base_url}/oauth/token", data=sent, timeout=CALL_SECONDS)

    def tokens(self, browser: TenantBrowser, email: str, **parameters: str | None) -> dict[str, Any]:
        """Sign in and trade the code: the token answer."""
        response = self.trade(self.sign_in(browser, email, **parameters)["code"])
        assert response.ok, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token, its signature checked against the published keys."""
        kid = jwt.get_unverified_header(token)["kid"]
        keys = self.tenant.http.get(
            f"{self.tenant.base_url}/.well-known/jwks.json", timeout=CALL_SECONDS
        ).json()
        key = next(jwt.PyJWK(one) for one in keys["keys"] if one["kid"] == kid)
        unchecked: Options = {
            "verify_aud": False,
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        }
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=unchecked)
        return claims

    def id_claims(self, browser: TenantBrowser, email: str, **parameters: str | None) -> dict[str, Any]:
        """Sign in, and read the ID token."""
        return self.claims(self.tokens(browser, email, **parameters)["id_token"])
