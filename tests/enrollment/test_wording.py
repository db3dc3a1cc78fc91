"""Times in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.humanize import browser_name, time_ago, time_left
from enrollment.templatetags.enrollment_times import ago

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=45), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=11, minutes=59), "11 hours ago"),
        (timedelta(hours=13), "yesterday"),
        (timedelta(days=13), "13 days ago"),
        (timedelta(days=14), "2 weeks ago"),
        (timedelta(days=62), "2 months ago"),
        (timedelta(days=364), "12 months ago"),
        (timedelta(days=365), "1 year ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_since_says_an_age_as_people_do(age: timedelta, words: str) -> None:
    assert time_ago(NOW - age, NOW) == words


def test_since_shortly_after_midnight_still_counts_hours() -> None:
    midnight = NOW.replace(hour=0)

    assert time_ago(midnight - timedelta(hours=1), midnight + timedelta(hours=1)) == "2 hours ago"


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (0, "15 minutes"),
        (1, "14 minutes"),
        (839, "1 minute"),
        (841, "less than a minute"),
        (899, "less than a minute"),
        (900, ""),
        (5000, ""),
    ],
)
def test_time_left_never_overstates_and_ends_with_the_window(age: int, left: str) -> None:
    moment = NOW - timedelta(seconds=age)

    assert time_left(moment, timedelta(minutes=15), NOW) == left


def test_ago_keeps_the_exact_time_for_machines_and_hovering() -> None:
    moment = timezone.now() - timedelta(minutes=5)

    html = ago(moment)

    assert f'datetime="{moment.isoformat()}"' in html
    assert 'UTC">5 minutes ago</time>' in html


def test_ago_of_no_moment_says_nothing() -> None:
    assert ago(None) == ""


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.0", "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_browser_is_named_as_its_owner_would(user_agent: str, words: str) -> None:
    assert browser_name(user_agent) == words
