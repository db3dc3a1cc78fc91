"""Durations, times and browsers in words."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
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


HOURS_ACROSS_MIDNIGHT = 6
SECONDS_IN_WORDS = 90
DAYS_IN_WORDS = 14
WEEKS_IN_WORDS = 60
MONTHS_IN_WORDS = 365
DAYS_A_MONTH = 30.44
DAYS_A_YEAR = 365.25

# Most names are in every browser's string, so the first that fits counts.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def time_ago(moment: datetime, now: datetime) -> str:
    """How long ago a moment was. A moment a little ahead is two clocks apart, and so is `just now`."""
    seconds = (now - moment).total_seconds()
    if seconds < 45:  # noqa: PLR2004 - less than most of a minute
        return _("just now")
    if seconds < timedelta(hours=1).total_seconds():
        return _minutes_ago(max(1, int(seconds // 60)))
    days = (timezone.localtime(now).date() - timezone.localtime(moment).date()).days
    if days == 0 or seconds < HOURS_ACROSS_MIDNIGHT * 3600:
        return _hours_ago(int(seconds // 3600))
    return _days_ago(days)


def _minutes_ago(count: int) -> str:
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", count) % {"count": count}


def _hours_ago(count: int) -> str:
    return ngettext("%(count)d hour ago", "%(count)d hours ago", count) % {"count": count}


def _days_ago(days: int) -> str:
    if days == 1:
        return _("yesterday")
    if days < DAYS_IN_WORDS:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    if days < WEEKS_IN_WORDS:
        weeks = round(days / 7)
        return ngettext("%(count)d week ago", "%(count)d weeks ago", weeks) % {"count": weeks}
    if days < MONTHS_IN_WORDS:
        months = round(days / DAYS_A_MONTH)
        return ngettext("%(count)d month ago", "%(count)d months ago", months) % {"count": months}
    years = max(1, int(days / DAYS_A_YEAR))
    return ngettext("%(count)d year ago", "%(count)d years ago", years) % {"count": years}


def time_left(moment: datetime, window: timedelta, now: datetime) -> str:
    """How much longer a proof opens gates, never overstated; nothing once it has stopped."""
    left = int((moment + window - now).total_seconds())
    if left <= 0:
        return ""
    if left < 60:  # noqa: PLR2004 - a minute
        return _("less than a minute")
    return ngettext("%(count)d minute", "%(count)d minutes", left // 60) % {"count": left // 60}


def time_until(moment: datetime, now: datetime) -> str:
    """How long until a moment, never understated: seconds for short waits, then minutes."""
    seconds = max(1, -int((now - moment).total_seconds() // 1))
    if seconds <= SECONDS_IN_WORDS:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def browser_name(user_agent: str) -> str:
    """Name the browser as its owner would, for recognising it; it is what it says of itself, and no proof."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("an unknown browser")
