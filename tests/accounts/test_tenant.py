"""The tenant's URLs and credentials."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from accounts.auth0.tenant import (
    ClientCredentials,
    current_tenant,
    is_loopback,
    management_client,
    management_tenant,
    web_client,
)


@pytest.mark.parametrize(
    ("domain", "scheme"),
    [
        ("localhost:9000", "http"),
        ("127.0.0.1:9000", "http"),
        ("[::1]:9000", "http"),
        ("localhost", "http"),
        ("example.eu.auth0.com", "https"),
        ("localhost.example.com", "https"),
        ("127.0.0.1.example.com", "https"),
        ("example.com@localhost:80x", "https"),
    ],
)
def test_tenant_scheme_is_http_for_loopback_alone(settings: Settings, domain: str, scheme: str) -> None:
    settings.AUTH0_DOMAIN = domain
    assert current_tenant().scheme == scheme


def test_tenant_without_domain_says_which_setting(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = ""
    with pytest.raises(ImproperlyConfigured, match="AUTH0_DOMAIN"):
        current_tenant()


def test_tenant_builds_urls_and_audiences(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = "example.eu.auth0.com"
    tenant = current_tenant()
    assert tenant.issuer == "https://example.eu.auth0.com/"
    assert tenant.audience_management == "https://example.eu.auth0.com/api/v2/"
    assert tenant.audience_my_account == "https://example.eu.auth0.com/me/"
    assert tenant.url("/authorize") == "https://example.eu.auth0.com/authorize"
    assert tenant.url("/v2/logout", returnTo="https://a/?b=c&d") == (
        "https://example.eu.auth0.com/v2/logout?returnTo=https%3A%2F%2Fa%2F%3Fb%3Dc%26d"
    )


def test_management_tenant_is_the_one_people_sign_in_at_unless_told(settings: Settings) -> None:
    settings.AUTH0_DOMAIN, settings.AUTH0_MGMT_DOMAIN = "login.site.example", ""
    assert management_tenant() == current_tenant()
    settings.AUTH0_MGMT_DOMAIN = "example.eu.auth0.com"
    assert management_tenant().audience_management == "https://example.eu.auth0.com/api/v2/"
    assert current_tenant().audience_my_account == "https://login.site.example/me/"


def test_credentials_repr_hides_the_secret() -> None:
    assert "s3cret" not in repr(ClientCredentials("id", "s3cret"))


def test_management_client_defaults_to_the_web_client(settings: Settings) -> None:
    settings.AUTH0_CLIENT_ID, settings.AUTH0_CLIENT_SECRET = "web", "web-secret"
    settings.AUTH0_MGMT_CLIENT_ID = settings.AUTH0_MGMT_CLIENT_SECRET = ""
    assert management_client() == web_client() == ClientCredentials("web", "web-secret")
    settings.AUTH0_MGMT_CLIENT_ID, settings.AUTH0_MGMT_CLIENT_SECRET = "m2m", "m2m-secret"
    assert management_client() == ClientCredentials("m2m", "m2m-secret")


def test_is_loopback_of_a_malformed_domain_is_no() -> None:
    assert not is_loopback("[::1")
