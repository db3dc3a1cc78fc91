"""OpenID Connect as Auth0 speaks it: discovery, /authorize, /oauth/token, /userinfo, logout."""
