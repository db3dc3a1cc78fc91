"""What every template can ask for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from accounts.drafts import draft_of


def draft(request: HttpRequest) -> dict[str, Callable[[], dict[str, Any] | None]]:
    """`draft`: what was typed here before a step-up: `{"action": path, "fields": {name: [value]}}`.

    A function, so that the session is looked at only by a template that uses it:
    `{% if draft %}{{ draft|json_script:"draft" }}{% endif %}`.
    """
    return {"draft": lambda: draft_of(request) if hasattr(request, "session") else None}
