"""The Management API (`/api/v2`), as far as this project calls it: one module a resource."""

from devtenant.management import (
    actions,
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
    "actions",
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
