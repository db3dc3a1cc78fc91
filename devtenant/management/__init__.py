"""The Management API (`/api/v2`), as far as this project calls it: one module a resource."""

from devtenant.management import (
    authentication_methods,
    authenticators,
    enrollments,
    guardian,
    logs,
    registry,
    roles,
    sessions,
    users,
)
from devtenant.management.api import api

blueprint = api

__all__ = [
    "authentication_methods",
    "authenticators",
    "blueprint",
    "enrollments",
    "guardian",
    "logs",
    "registry",
    "roles",
    "sessions",
    "users",
]
