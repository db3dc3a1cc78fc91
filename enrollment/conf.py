"""The settings of enrollment: each one typed, read when asked for, with its default beside its sentence."""

from datetime import timedelta

from django.conf import settings

from accounts import conf as accounts_conf
from accounts.auth0.http import TRIES

# One call to the tenant takes less, so a longer silence means that its worker is gone.
SHORTEST_LEASE = timedelta(seconds=60)


def factors_fresh_for() -> timedelta:
    """How long a list of factors is shown without asking the tenant again."""
    return timedelta(seconds=getattr(settings, "FACTORS_FRESH_SECONDS", 60))


def factors_kept_for() -> timedelta:
    """How long the last known list is kept for pages shown while the tenant is down."""
    return timedelta(seconds=getattr(settings, "FACTORS_KEPT_SECONDS", 24 * 3600))


def policy_fresh_for() -> timedelta:
    """How long the tenant's MFA policy and its switched-on factors are taken as read."""
    return timedelta(seconds=getattr(settings, "TENANT_POLICY_FRESH_SECONDS", 300))


def site_url() -> str:
    """The site's address for links in emails; without it they follow the request, where there is one."""
    return str(getattr(settings, "SITE_URL", "")).rstrip("/")


def longest_call() -> timedelta:
    """How long a call may still be answered, and so carried out, however patient the settings are."""
    waits = accounts_conf.connect_timeout() + accounts_conf.read_timeout()
    return max(SHORTEST_LEASE, timedelta(seconds=TRIES * waits + accounts_conf.retry_budget()))


def has_any_name() -> bool:
    """Whether a request may name the site by a host that nobody wrote down."""
    return any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS)


def log_fresh_for() -> timedelta:
    """How long a person's entries in the tenant's log are shown without asking the tenant again."""
    return timedelta(seconds=getattr(settings, "TENANT_LOG_FRESH_SECONDS", 60))


def remembers_browsers() -> bool:
    """Whether the Action for sign-in lets people have their browser remembered; staff never may."""
    return bool(getattr(settings, "ACTIONS_REMEMBER_BROWSERS", True))


# Pages that stay open under a path rule that covers them, since it would keep out whom they are for. Adding a
# factor is the only way in of somebody who has none; "This wasn't me" must hold nobody up, and opens nothing.
ADDING_PAGE = "enrollment:add-any"
ALARM_PAGE = "enrollment:not-me"
OPEN_PAGES = frozenset(
    {
        *(ADDING_PAGE, "enrollment:add", "enrollment:add-link", "enrollment:pending"),
        *("enrollment:pending-resend", "enrollment:pending-cancel", "enrollment:pending-status"),
        *(ALARM_PAGE, "enrollment:not-me-done"),
        "enrollment:password",
    }
)
