"""Messages that wait for the next page."""

from typing import Any

from django.contrib.messages.storage.session import SessionStorage

MOST_MESSAGES = 10


class LatestMessages(SessionStorage):
    """Keeps the latest ones: whoever sends forms without end, and looks at no page, fills no session."""

    def _store(self, messages: list[Any], response: Any, *args: Any, **kwargs: Any) -> list[Any]:
        latest = list(messages)[-MOST_MESSAGES:]
        unstored: list[Any] = super()._store(latest, response, *args, **kwargs)  # type: ignore[misc]  # not in the stubs
        return unstored
