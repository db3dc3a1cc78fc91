"""The tenant as one WSGI application."""

from __future__ import annotations

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from devtenant import guard, home, management, me, phone, traffic, witness
from devtenant.control import actions, people, switches
from devtenant.control import traffic as control_traffic
from devtenant.current import store
from devtenant.login import errors, passkey, password, social
from devtenant.login import pages as login_pages
from devtenant.mfa import challenge, enroll, recovery, ticket
from devtenant.oidc import authorize, discovery, logout, revoke, token, userinfo
from devtenant.store import Store

PARTS = (
    home,
    discovery,
    authorize,
    token,
    userinfo,
    logout,
    revoke,
    login_pages,
    social,
    passkey,
    password,
    challenge,
    enroll,
    recovery,
    ticket,
    phone,
    actions,
    people,
    switches,
    control_traffic,
    management,
    me,
)
# No form-action: browsers apply it to the redirect that ends a login, and that leads to the application.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class TenantApp(Flask):
    """Answers one request at a time: handlers read and change many things that belong together."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Faults wait outside of this, so that a slow answer holds nobody else up."""
        tenant: Store = self.extensions["store"]
        with tenant.lock:
            return super().dispatch_request()


def create_app(tenant: Store) -> Flask:
    """Build the application around one store; two applications share nothing."""
    app = TenantApp("devtenant", static_url_path="/static")
    app.extensions["store"] = tenant
    tenant.witness = witness.seen
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.before_request(guard.refuse_strangers)
    traffic.install(app)
    app.after_request(_page_headers)
    app.after_request(_save)
    app.register_error_handler(errors.PageError, errors.as_page)
    app.context_processor(lambda: {"tenant_name": tenant.settings.friendly_name})
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    return app


def _page_headers(answer: Response) -> Response:
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.setdefault("Referrer-Policy", "no-referrer")
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    return answer


def _save(answer: Response) -> Response:
    """Anything but a plain read may have changed something; sign-ins happen on GET, too."""
    if request.method != "GET" or request.path == "/authorize" or request.path.endswith("/logout"):
        store().on_change()
    return answer
