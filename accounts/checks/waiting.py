"""Checks of how long the site waits for its tenant."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from accounts import conf

# A worker that waits longer than this for the tenant is not there for anybody else.
LONG_WAIT = 15.0
NUMBERS: dict[str, Callable[[], float]] = {
    "TENANT_CONNECT_TIMEOUT": conf.connect_timeout,
    "TENANT_READ_TIMEOUT": conf.read_timeout,
    "TENANT_REQUEST_TIMEOUT": conf.request_timeout,
}

E040 = "accounts.E040"
W040 = Caution(
    "The site waits very long for the tenant; its workers would all be waiting when the tenant hangs.",
    hint="Keep TENANT_CONNECT_TIMEOUT, TENANT_READ_TIMEOUT, TENANT_RETRY_BUDGET and TENANT_REQUEST_TIMEOUT "
    "at a few seconds each.",
    id="accounts.W040",
)


def messages() -> Iterator[CheckMessage]:
    wrong = [name for name, read in NUMBERS.items() if not is_positive(read)]
    for name in wrong:
        yield Error(f"{name} is not a number above 0.", hint="It counts seconds.", id=E040)
    if not is_positive(lambda: conf.retry_budget() + 1):
        yield Error("TENANT_RETRY_BUDGET is not a number from 0 up.", hint="It counts seconds.", id=E040)
    elif not wrong and max(conf.retry_budget(), *(read() for read in NUMBERS.values())) > LONG_WAIT:
        yield W040


def is_positive(read: Callable[[], Any]) -> bool:
    """Say whether a setting can be read, and is a number or a duration above 0."""
    try:
        value = read()
        return bool(value > (timedelta() if isinstance(value, timedelta) else 0))
    except (TypeError, ValueError, OverflowError):
        return False
