"""The people, applications and APIs that a fresh tenant starts with; every secret is a public demo one."""

from __future__ import annotations

import base64
import hashlib

from devtenant import demo_passkey
from devtenant.records import DATABASE, GOOGLE, Api, Client, Method, User

PASSWORD = "demo-Passw0rd!"
DAY = 86400.0

FACTORS = {
    "push-notification": True,
    "sms": True,
    "email": True,
    "duo": False,
    "otp": True,
    "webauthn-roaming": True,
    "webauthn-platform": True,
    "recovery-code": True,
}
MY_ACCOUNT_SCOPES = [
    "create:me:authentication_methods",
    "read:me:authentication_methods",
    "update:me:authentication_methods",
    "delete:me:authentication_methods",
    "read:me:factors",
]
MFA_SCOPES = ["enroll", "read:authenticators", "remove:authenticators"]
MANAGEMENT_SCOPES = [
    "read:users",
    "update:users",
    "read:authentication_methods",
    "create:authentication_methods",
    "update:authentication_methods",
    "delete:authentication_methods",
    "read:guardian_enrollments",
    "delete:guardian_enrollments",
    "create:guardian_enrollment_tickets",
    "read:guardian_factors",
    "update:guardian_factors",
    "read:mfa_policies",
    "update:mfa_policies",
    "read:roles",
    "read:role_members",
    "create:role_members",
    "delete:role_members",
    "read:sessions",
    "delete:sessions",
    "read:refresh_tokens",
    "delete:refresh_tokens",
    "read:logs",
    "read:logs_users",
    "read:clients",
    "read:client_grants",
    "create:client_grants",
    "update:client_grants",
    "read:resource_servers",
    "read:actions",
    "create:actions",
    "update:actions",
    "delete:actions",
    "read:tenant_settings",
    "read:connections",
]


def subject(email: str, connection: str = DATABASE) -> str:
    """The same subject at every start, so that a site's database stays true to the tenant."""
    digest = hashlib.sha256(email.encode()).hexdigest()
    if connection == GOOGLE:
        return f"{GOOGLE}|1{int(digest, 16) % 10**20:020d}"
    return f"auth0|{digest[:24]}"


def totp_secret(name: str) -> str:
    """A fixed base32 secret for a demo authenticator app."""
    return base64.b32encode(f"demo-totp-{name:-<10.10}".encode()).decode()


def apis(base_url: str) -> dict[str, Api]:
    """The APIs that every tenant has, by audience."""
    made = {}
    for path, name, scopes in (
        ("me/", "Auth0 My Account API", MY_ACCOUNT_SCOPES),
        ("mfa/", "Auth0 MFA API", MFA_SCOPES),
        ("api/v2/", "Auth0 Management API", MANAGEMENT_SCOPES),
    ):
        audience = f"{base_url}/{path}"
        lifetime = 600 if path == "mfa/" else 86400
        made[audience] = Api(audience, name, list(scopes), system=True, lifetime=lifetime)
    return made


def clients(base_url: str) -> dict[str, Client]:
    """The application that people sign in with, and the one for the Management API."""
    web = Client("demo-web", "demo-web-secret", "Demo site")
    web.callbacks = ["http://localhost:8000/auth/complete/auth0/"]
    web.allowed_logout_urls = ["http://localhost:8000/", "http://localhost:8000"]
    web.grant_types = ["authorization_code", "refresh_token", "client_credentials"]
    web.user_grants = {f"{base_url}/me/": list(MY_ACCOUNT_SCOPES), f"{base_url}/mfa/": list(MFA_SCOPES)}
    management = Client("demo-management", "demo-management-secret", "Demo site: management")
    management.grant_types = ["client_credentials"]
    management.grants = {f"{base_url}/api/v2/": list(MANAGEMENT_SCOPES)}
    return {client.client_id: client for client in (web, management)}


def people(base_url: str, now: float) -> dict[str, User]:
    """Everybody who can sign in, with their factors."""
    nia = _person("nia", "Nia", "Okafor", now)
    tess = _person("tess", "Tess", "Lindqvist", now)
    tess.methods = [_totp(tess, "Phone app", now - 90 * DAY), _phone(tess, now - 60 * DAY)]
    tess.methods.append(_method(tess, "recovery-code", now - 90 * DAY))
    tess.recovery_code = "DEMORECOVERYCODEFORTESS2"
    pat = _person("pat", "Pat", "Moreau", now)
    pat.methods = [demo_passkey.passkey_of(pat, "dev_pat_passkey", now - 30 * DAY)]
    gus = _person("gus", "Gus", "Ferreira", now, connection=GOOGLE)
    ada = _person("ada", "Ada", "Sorensen", now, roles=["admin"])
    ada.methods = [_totp(ada, "Work phone", now - 200 * DAY)]
    sol = _person("sol", "Sol", "Haddad", now, roles=["support"])
    sol.methods = [_totp(sol, "Work phone", now - 120 * DAY)]
    everybody = (nia, tess, pat, gus, ada, sol)
    for user in everybody:
        user.picture = f"{base_url}/static/person.svg"
    return {user.user_id: user for user in everybody}


def _person(
    nick: str,
    given: str,
    family: str,
    now: float,
    *,
    connection: str = DATABASE,
    roles: list[str] | None = None,
) -> User:
    email, since = f"{nick}@example.test", now - 400 * DAY
    user = User(subject(email, connection), email, since, since, connection=connection, roles=roles or [])
    user.password = PASSWORD if connection == DATABASE else None
    user.given_name, user.family_name, user.nickname = given, family, nick
    user.name = f"{given} {family}"
    return user


def _method(user: User, kind: str, at: float) -> Method:
    method_id = f"{kind}|dev_{user.nickname}_{kind.replace('-', '_')}"
    return Method(method_id, kind, user.user_id, at, enrolled_at=at)


def _totp(user: User, name: str, at: float) -> Method:
    method = _method(user, "totp", at)
    method.name, method.secret = name, totp_secret(user.nickname)
    return method


def _phone(user: User, at: float) -> Method:
    method = _method(user, "phone", at)
    method.phone_number, method.preferred_authentication_method = "+15555550123", "sms"
    return method
