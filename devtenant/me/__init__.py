"""The My Account API (`/me/v1`): a person's own factors and authentication methods."""

from devtenant.me import enroll, methods, verify
from devtenant.me.api import api

blueprint = api

__all__ = ["blueprint", "enroll", "methods", "verify"]
