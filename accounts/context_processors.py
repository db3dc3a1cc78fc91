"""What templates need: the base template, the branding, and what was typed before a step-up."""

from typing import Any

from django.http import HttpRequest

from accounts import conf
from accounts.sessions.limits import WARN_SECONDS, coming_end
from accounts.step_up.drafts import draft
from accounts.step_up.form_owner import owner_field


def account_security(request: HttpRequest) -> dict[str, Any]:
    """Return `base_template`, `branding`, `provider`, `draft`, `owner_field` and when the session ends."""
    shared = {"base_template": conf.base_template(), "branding": conf.branding(), "provider": conf.provider()}
    return {
        **shared,
        **draft(request),
        "owner_field": lambda: owner_field(request),
        "session_end": lambda: coming_end(request),
        "session_warn_seconds": WARN_SECONDS,
    }
