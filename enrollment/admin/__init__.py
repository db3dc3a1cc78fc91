"""Support's pages in Django's admin: people with their factors, and the audit trail."""

from enrollment.admin import activity

__all__ = ["activity"]
