"""The people, applications and APIs that a fresh tenant starts with; every secret is a public demo one."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from devtenant import demo_passkey
from devtenant.records import DATABASE, GOOGLE, Api, Client, Method, User

if TYPE_CHECKING:
    from devtenant.store import Store

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
    "read:tenant_settings",
    "read:connections",
]


def plant(store: Store) -> None:
    """Put the seed into an emptied store."""
    store.settings.factors = dict(FACTORS)
    _apis(store)
    _clients(store)
    _people(store)


def subject(email: str, connection: str = DATABASE) -> str:
    """The same subject at every start, so that a site's database stays true to the tenant."""
    digest = hashlib.sha256(email.encode()).hexdigest()
    if connection == GOOGLE:
        return f"{GOOGLE}|1{int(digest, 16) % 10**20:020d}"
    return f"auth0|{digest[:24]}"


def totp_secret(name: str) -> str:
    """A fixed base32 secret for a demo authenticator app."""
    return base64.b32encode(f"demo-totp-{name:-<10.10}".encode()).decode()


def _apis(store: Store) -> None:
    for path, name, scopes in (
        ("me/", "Auth0 My Account API", MY_ACCOUNT_SCOPES),
        ("mfa/", "Auth0 MFA API", MFA_SCOPES),
        ("api/v2/", "Auth0 Management API", MANAGEMENT_SCOPES),
    ):
        audience = store.audience(path)
        lifetime = 600 if path == "mfa/" else 86400
        store.apis[audience] = Api(audience, name, list(scopes), system=True, lifetime=lifetime)


def _clients(store: Store) -> None:
    web = Client("demo-web", "demo-web-secret", "Demo site")
    web.callbacks = ["http://localhost:8000/auth/complete/auth0/"]
    web.allowed_logout_urls = ["http://localhost:8000/", "http://localhost:8000"]
    web.grant_types = ["authorization_code", "refresh_token", "client_credentials"]
    web.user_grants = {
        store.audience("me/"): list(MY_ACCOUNT_SCOPES),
        store.audience("mfa/"): list(MFA_SCOPES),
    }
    management = Client("demo-management", "demo-management-secret", "Demo site: management")
    management.grant_types = ["client_credentials"]
    management.grants = {store.audience("api/v2/"): list(MANAGEMENT_SCOPES)}
    store.clients = {client.client_id: client for client in (web, management)}


def _people(store: Store) -> None:
    _person(store, "nia", "Nia", "Okafor")
    tess = _person(store, "tess", "Tess", "Lindqvist")
    tess.methods = [_totp(store, tess, "Phone app", 90), _phone(store, tess, 60), _recovery(store, tess, 90)]
    tess.recovery_code = "DEMORECOVERYCODEFORTESS2"
    pat = _person(store, "pat", "Pat", "Moreau")
    pat.methods = [demo_passkey.passkey_of(pat, "dev_pat_passkey", store.now() - 30 * DAY)]
    _person(store, "gus", "Gus", "Ferreira", connection=GOOGLE)
    ada = _person(store, "ada", "Ada", "Sorensen", roles=["admin"])
    ada.methods = [_totp(store, ada, "Work phone", 200)]
    sol = _person(store, "sol", "Sol", "Haddad", roles=["support"])
    sol.methods = [_totp(store, sol, "Work phone", 120)]


def _person(
    store: Store,
    nick: str,
    given: str,
    family: str,
    *,
    connection: str = DATABASE,
    roles: list[str] | None = None,
) -> User:
    email = f"{nick}@example.test"
    since = store.now() - 400 * DAY
    user = User(subject(email, connection), email, since, since, connection=connection, roles=roles or [])
    user.password = PASSWORD if connection == DATABASE else None
    user.given_name, user.family_name, user.nickname = given, family, nick
    user.name = f"{given} {family}"
    user.picture = f"{store.base_url}/static/person.svg"
    store.users[user.user_id] = user
    return user


def _method(store: Store, user: User, kind: str, days: float) -> Method:
    at = store.now() - days * DAY
    method_id = f"{kind}|dev_{user.nickname}_{kind.replace('-', '_')}"
    return Method(method_id, kind, user.user_id, at, enrolled_at=at)


def _totp(store: Store, user: User, name: str, days: float) -> Method:
    method = _method(store, user, "totp", days)
    method.name, method.secret = name, totp_secret(user.nickname)
    return method


def _phone(store: Store, user: User, days: float) -> Method:
    method = _method(store, user, "phone", days)
    method.phone_number, method.preferred_authentication_method = "+15555550123", "sms"
    return method


def _recovery(store: Store, user: User, days: float) -> Method:
    return _method(store, user, "recovery-code", days)
