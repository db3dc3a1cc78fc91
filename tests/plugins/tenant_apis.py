"""Fixture `apis`: clients of the tenant's own APIs, auth0-python for Management and httpx for My Account."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from auth0.management import Auth0

from tests.support.tenant import Account, Tenant
from tests.support.tenant_pages import TenantBrowser
from tests.support.walk import Choices, Walk

CALLBACK = "http://localhost:8000/auth/complete/auth0/"
MY_ACCOUNT_SCOPES = (
    "create:me:authentication_methods",
    "read:me:authentication_methods",
    "update:me:authentication_methods",
    "delete:me:authentication_methods",
    "read:me:factors",
)


class TenantApis:
    """Gets tokens as an application would, and hands out clients that hold them."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._open: list[httpx.Client] = []

    def machine_token(self, *scopes: str) -> str:
        """A token of the management client, or of a new client that was granted these scopes alone."""
        audience = f"{self.tenant.base_url}/api/v2/"
        client = self.tenant.clients["management"]
        if scopes:
            client = {"client_id": "demo-limited", "client_secret": "demo-limited-secret"}
            grants = {"grant_types": ["client_credentials"], "grants": {audience: list(scopes)}}
            self.tenant.control("clients", client | grants)
        return self._token({"grant_type": "client_credentials", "audience": audience, **client})

    def management(self, *scopes: str, token: str = "") -> Auth0:
        """The SDK's own client, without its retries: a refusal must be seen as it came."""
        held = token or self.machine_token(*scopes)
        url = f"{self.tenant.base_url}/api/v2"
        return Auth0(base_url=url, token=held, max_retries=0, httpx_client=self._http())

    def person_token(
        self, account: Account, *scopes: str, audience: str = "me/", factor: str | None = None
    ) -> str:
        """A token of the person's own, got by walking through the sign-in pages."""
        web = self.tenant.clients["web"]
        query = urlencode(
            {
                "response_type": "code",
                "client_id": web["client_id"],
                "redirect_uri": CALLBACK,
                "scope": " ".join(["openid", *scopes]),
                "audience": f"{self.tenant.base_url}/{audience}",
                "state": "demo-state",
            }
        )
        browser = TenantBrowser(self.tenant.base_url)
        with browser.http:
            walk = Walk(self.tenant, browser, account, Choices(factor=factor))
            returned = walk.start(f"{self.tenant.base_url}/authorize?{query}")
        code = parse_qs(urlsplit(returned.url).query)["code"][0]
        form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
        return self._token(form | web)

    def my_account(self, account: Account, *scopes: str, token: str = "") -> httpx.Client:
        """A client of the My Account API with a token of this person."""
        held = token or self.person_token(account, *(scopes or MY_ACCOUNT_SCOPES))
        return self._http(f"{self.tenant.base_url}/me/v1", f"Bearer {held}")

    def close(self) -> None:
        for client in self._open:
            client.close()

    def _http(self, base_url: str = "", authorization: str = "") -> httpx.Client:
        headers = {"Authorization": authorization} if authorization else {}
        self._open.append(httpx.Client(base_url=base_url, headers=headers, trust_env=False))
        return self._open[-1]

    def _token(self, form: dict[str, str]) -> str:
        url = f"{self.tenant.base_url}/oauth/token"
        response = self.tenant.http.post(url, data=form, timeout=10)
        assert response.ok, response.text
        token: str = response.json()["access_token"]
        return token


@pytest.fixture
def apis(tenant: Tenant) -> Iterator[TenantApis]:
    found = TenantApis(tenant)
    yield found
    found.close()
