"""The tenant as one WSGI application."""

from __future__ import annotations

import importlib
import importlib.util

from flask import Flask, current_app

from devtenant.store import Store

# Each of these modules holds one `blueprint`.
PARTS = (
    "devtenant.oidc.discovery",
    "devtenant.oidc.authorize",
    "devtenant.oidc.token",
    "devtenant.oidc.userinfo",
    "devtenant.oidc.logout",
    "devtenant.oidc.revoke",
    "devtenant.login.pages",
    "devtenant.login.social",
    "devtenant.control",
    "devtenant.management",
    "devtenant.me",
)


def create_app(tenant: Store) -> Flask:
    """Build the application around one store; two applications share nothing."""
    app = Flask("devtenant", static_url_path="/static")
    app.extensions["store"] = tenant
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    for name in PARTS:
        if _exists(name):
            app.register_blueprint(importlib.import_module(name).blueprint)
    return app


def store() -> Store:
    """The store of the application that is answering."""
    tenant: Store = current_app.extensions["store"]
    return tenant


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
