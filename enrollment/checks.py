"""System checks: every way to misconfigure enrollment has an id, and a hint that says what to do."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as Caution
from django.urls import NoReverseMatch, reverse

from accounts.auth0.tenant import domain, management_client
from accounts.checks.tenant import is_positive
from accounts.step_up.rules import path_rules
from enrollment import conf
from enrollment.kinds.gaps import gaps
from enrollment.kinds.registry import kinds

LONG_PATIENCE = timedelta(minutes=10)
ICONS = "accounts/icons.svg"
REDIS, SERIALIZER = "django.core.cache.backends.redis.RedisCache", "accounts.json_serializer.JSONSerializer"
UNSENT_BACKENDS = ("console", "dummy", "locmem", "filebased")

E001 = Error(
    "There are no credentials for Auth0's Management API, so no factor can be shown or changed.",
    hint="Set AUTH0_MGMT_CLIENT_ID and AUTH0_MGMT_CLIENT_SECRET, or AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.",
    id="enrollment.E001",
)
E002 = "enrollment.E002"
E003 = Error(
    "FACTORS_KEPT_SECONDS is shorter than FACTORS_FRESH_SECONDS: what is fresh would be gone already.",
    hint="Keep lists for longer than they are fresh; a day is the default.",
    id="enrollment.E003",
)
E004 = Error(
    "TRUSTED_PROXY_COUNT is not a whole number from 0 up.",
    hint="Count the reverse proxies of yours that append to X-Forwarded-For; 0 where there is none.",
    id="enrollment.E004",
)
E005 = Error(
    "SITE_URL is not an address like https://site.example.",
    hint="It goes into e-mails as it is: scheme and host, no path.",
    id="enrollment.E005",
)
E007 = Error(
    "No URL of this site leads to the account security page.",
    hint='Add to urls.py: path("", include("enrollment.site_urls"))',
    id="enrollment.E007",
)
W001 = Caution(
    "E-mails are not sent: people would not be told when their factors are changed.",
    hint="Set EMAIL_URL to a mail server, such as smtp+tls://user:password@host:587.",
    id="enrollment.W001",
)
W002 = Caution(
    "EMAIL_TIMEOUT is not set: a mail server that hangs would hold back every email of a process.",
    hint="Set EMAIL_TIMEOUT to some seconds.",
    id="enrollment.W002",
)
W004 = Caution(
    "The cache keeps nothing: every page would ask the tenant for a token and for the list of factors.",
    hint="Set CACHE_URL to redis://… or leave it out.",
    id="enrollment.W004",
)
W005 = Caution(
    "Each process has a cache of its own: changes made in one are seen late in the others, and each asks the "
    "tenant for what another knows.",
    hint="Set CACHE_URL to redis://… wherever more than one process runs.",
    id="enrollment.W005",
)
W006 = Caution(
    "Lists of factors are taken as fresh for more than ten minutes.",
    hint="Changes made elsewhere show up that late; FACTORS_FRESH_SECONDS=60 is the default.",
    id="enrollment.W006",
)
W007 = Caution(
    "ALLOWED_HOSTS lets a request name the site by hosts that nobody wrote down: e-mails carry no link.",
    hint="Set SITE_URL to the site's own address, such as https://site.example.",
    id="enrollment.W007",
)

# Why they stay open, by the URL name of the page that each part begins at.
OPEN_PAGES = {
    conf.ADDING_PAGE: "whoever has no second factor could not add the one that the rule asks for",
    conf.ALARM_PAGE: "whoever says that it was not them must not be held up",
}

NUMBERS: dict[str, Callable[[], Any]] = {
    "FACTORS_FRESH_SECONDS": conf.factors_fresh_for,
    "FACTORS_KEPT_SECONDS": conf.factors_kept_for,
    "TENANT_POLICY_FRESH_SECONDS": conf.policy_fresh_for,
    "TENANT_LOG_FRESH_SECONDS": conf.log_fresh_for,
}


@register(Tags.security)
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong anywhere, on a developer's machine too."""
    wrong = list(_wrong_numbers())
    durations = [] if wrong else _durations()
    return [
        *_credentials(),
        *wrong,
        *durations,
        *_proxies(),
        *_site_url(),
        *_cache(),
        *_pages(),
        *_open_pages(),
    ]


@register(Tags.security)
def check_kinds(**_kwargs: Any) -> list[CheckMessage]:
    """Name what a kind of factor lacks."""
    hint = "Fill it in where the kind is defined; enrollment/kinds/base.py says what there is."
    return [Error(gap, hint=hint, id="enrollment.E006") for gap in gaps(kinds(), _icons())]


def _icons() -> frozenset[str] | None:
    """The names of the icons; None where this site serves no static files from here."""
    path = finders.find(ICONS)
    if not path:
        return None
    return frozenset(re.findall(r'<symbol id="([a-z-]+)"', Path(path).read_text(encoding="utf-8")))


W008 = Caution(
    "Redis is read with a serializer that unpickles: whoever can write to it can run code in the site.",
    hint=f'Add "serializer": "{SERIALIZER}" to its OPTIONS, where everything else in it is JSON, too.',
    id="enrollment.W008",
)
W009 = Caution(
    "Redis may hang for as long as it likes: every page would wait for it.",
    hint='Add "socket_connect_timeout": 0.5 and "socket_timeout": 0.5 to its OPTIONS.',
    id="enrollment.W009",
)


@register(Tags.security, deploy=True)
def check_deployment(**_kwargs: Any) -> list[CheckMessage]:
    """What is wrong in production alone."""
    backend = settings.EMAIL_BACKEND
    found: list[CheckMessage] = []
    if any(name in backend for name in UNSENT_BACKENDS):
        found.append(W001)
    if "smtp" in backend and getattr(settings, "EMAIL_TIMEOUT", None) is None:
        found.append(W002)
    found += _shared_cache(settings.CACHES["default"])
    if conf.has_any_name() and not conf.site_url():
        found.append(W007)
    return found


def _shared_cache(cache: dict[str, Any]) -> Iterator[CheckMessage]:
    options = cache.get("OPTIONS", {})
    if "locmem" in cache["BACKEND"]:
        yield W005
    if cache["BACKEND"] == REDIS:
        if "serializer" not in options:
            yield W008
        if not {"socket_connect_timeout", "socket_timeout"} <= set(options):
            yield W009


def _credentials() -> Iterator[CheckMessage]:
    client = management_client()
    # Without a domain the site is not set up at all; `accounts` says so.
    if domain() and not client.is_complete:
        yield E001


def _wrong_numbers() -> Iterator[CheckMessage]:
    for name, read in NUMBERS.items():
        if not is_positive(read):
            yield Error(f"{name} is not a number above 0.", hint="It counts seconds.", id=E002)


def _durations() -> Iterator[CheckMessage]:
    if conf.factors_kept_for() < conf.factors_fresh_for():
        yield E003
    if conf.factors_fresh_for() > LONG_PATIENCE:
        yield W006


def _proxies() -> Iterator[CheckMessage]:
    count = getattr(settings, "TRUSTED_PROXY_COUNT", 0)
    if type(count) is not int or count < 0:
        yield E004


def _site_url() -> Iterable[CheckMessage]:
    url = conf.site_url()
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query):
        yield E005


def _cache() -> Iterator[CheckMessage]:
    if "dummy" in settings.CACHES["default"]["BACKEND"]:
        yield W004


def _pages() -> Iterator[CheckMessage]:
    try:
        reverse("enrollment:security")
    except NoReverseMatch:
        yield E007


def _open_pages() -> Iterator[CheckMessage]:
    for name, why in OPEN_PAGES.items():
        try:
            path, rules = reverse(name), path_rules()
        except (NoReverseMatch, TypeError, ValueError):
            # Not mounted; or a rule cannot be read, and `accounts` says so.
            continue
        if any(rule.meets(path) for rule in rules):
            yield Info(
                f"STEP_UP_RULES covers {path}, which stays open all the same: {why}.",
                hint="Nothing is to be done: these pages ask for a proof themselves, or open nothing.",
                id="enrollment.I001",
            )
