"""The tenant as one WSGI application."""

from __future__ import annotations

import importlib

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from devtenant.store import Store

# Each of these modules holds one `blueprint`.
PARTS = (
    "devtenant.home",
    "devtenant.oidc.discovery",
    "devtenant.oidc.authorize",
    "devtenant.oidc.token",
    "devtenant.oidc.userinfo",
    "devtenant.oidc.logout",
    "devtenant.oidc.revoke",
    "devtenant.login.pages",
    "devtenant.login.social",
    "devtenant.login.passkey",
    "devtenant.mfa.challenge",
    "devtenant.mfa.enroll",
    "devtenant.mfa.recovery",
    "devtenant.mfa.ticket",
    "devtenant.phone",
    "devtenant.control.people",
    "devtenant.control.switches",
    "devtenant.control.traffic",
    "devtenant.management",
    "devtenant.me",
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
    from devtenant import guard, traffic, witness  # they ask this module for the store
    from devtenant.login import errors

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
    for name in PARTS:
        app.register_blueprint(importlib.import_module(name).blueprint)
    return app


def store() -> Store:
    """The store of the application that is answering."""
    tenant: Store = current_app.extensions["store"]
    return tenant


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
