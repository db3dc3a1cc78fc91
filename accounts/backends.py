"""The social-auth backend for Auth0."""

from social_core.backends.auth0_openidconnect import Auth0OpenIdConnectAuth


class Auth0Backend(Auth0OpenIdConnectAuth):
    name = "auth0"
