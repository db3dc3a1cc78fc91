"""Moments as people say them, with the exact time kept for machines, hovering and assistive technology."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.humanize import browser_name, time_ago, time_until

register = template.Library()


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """`3 minutes ago`, in a `<time>` that knows the second; nothing for no moment."""
    if moment is None:
        return ""
    words = time_ago(moment, timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(moment), words)


@register.simple_tag
def at(moment: datetime) -> SafeString:
    """The date and time in the site's time zone, written out."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), exactly(moment))


@register.simple_tag
def wait(moment: datetime) -> SafeString:
    """`34 seconds`, counted down by static/enrollment/js/countdown.js where there are scripts."""
    seconds = max(0, -int((timezone.now() - moment).total_seconds() // 1))
    words = time_until(moment, timezone.now())
    return format_html('<span data-seconds="{}">{}</span>', seconds, words)


@register.filter
def browser(user_agent: str) -> str:
    return browser_name(user_agent)


def exactly(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname() or ''}".strip()
