"""The store of the application that is answering: what every handler begins with."""

from __future__ import annotations

from flask import current_app

from devtenant.store import Store


def store() -> Store:
    """Everything that this tenant knows."""
    tenant: Store = current_app.extensions["store"]
    return tenant
