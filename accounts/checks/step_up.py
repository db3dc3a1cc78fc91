"""Checks of the window and the path rules."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from accounts import conf
from accounts.signals import somebody_keeps_a_list
from accounts.step_up.rules import path_rules

LONGEST_WINDOW = timedelta(hours=12)

E010 = Error(
    "STEP_UP_MAX_AGE is not a number of seconds above 0.",
    hint="900, a quarter of an hour, is the default.",
    id="accounts.E010",
)
E011 = Error(
    "STEP_UP_MAX_AGE is longer than twelve hours, which is no step-up any more.",
    hint="Choose minutes rather than hours; 900 is the default.",
    id="accounts.E011",
)
W010 = Caution(
    "SESSION_COOKIE_AGE is shorter than STEP_UP_MAX_AGE: sessions end before a proof does.",
    hint="Make sessions last at least as long as the window of a step-up.",
    id="accounts.W010",
)
W011 = Caution(
    "Nothing here knows who has a second factor: one that is enrolled during a step-up counts at once.",
    hint="Add `enrollment` to INSTALLED_APPS, or answer the signal `accounts.signals.second_factor_asked`; "
    "the Action must ask nobody who has none (docs/tenant.md).",
    id="accounts.W011",
)


def messages() -> Iterator[CheckMessage]:
    if not somebody_keeps_a_list():
        yield W011
    if not _is_a_number():
        yield E010
        return
    if conf.step_up_window() > LONGEST_WINDOW:
        yield E011
    if conf.step_up_window().total_seconds() > settings.SESSION_COOKIE_AGE:
        yield W010
    yield from _rules()


def _is_a_number() -> bool:
    try:
        return conf.step_up_window() > timedelta()
    except (TypeError, ValueError, OverflowError):
        return False


def _rules() -> Iterator[CheckMessage]:
    try:
        path_rules()
    except (TypeError, ValueError) as problem:
        yield Error(
            f"STEP_UP_RULES cannot be read: {problem}.",
            hint='A rule is a path such as "/billing/", or {"path": "/billing/", "mfa_within": 300}.',
            id="accounts.E012",
        )
