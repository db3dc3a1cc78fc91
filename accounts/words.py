"""Spans of time in words, so that a text says what the setting says."""

from datetime import timedelta

from django.utils.translation import ngettext

HOUR, MINUTE = 3600, 60


def duration(span: timedelta) -> str:
    """Say a window as people do: the largest unit that loses nothing."""
    seconds = int(span.total_seconds())
    if seconds % HOUR == 0:
        return ngettext("%(count)d hour", "%(count)d hours", seconds // HOUR) % {"count": seconds // HOUR}
    if seconds % MINUTE == 0:
        return ngettext("%(count)d minute", "%(count)d minutes", seconds // MINUTE) % {
            "count": seconds // MINUTE
        }
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
