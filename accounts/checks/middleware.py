"""Checks of which middleware there is, and in which order."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

STEP_UP = "accounts.middleware.StepUpMiddleware"
SESSION_LIST = "accounts.middleware.SessionListMiddleware"
LANGUAGE = "accounts.middleware.LanguageMiddleware"
DEADLINE = "accounts.middleware.TenantDeadlineMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
BEFORE_STEP_UP = (SESSION, "django.middleware.csrf.CsrfViewMiddleware", AUTHENTICATION)
AFTER_STEP_UP = "django.contrib.auth.middleware.LoginRequiredMiddleware"

E020 = Error(
    "StepUpMiddleware is missing: the admin and STEP_UP_RULES are not gated.",
    hint=f"Add {STEP_UP!r} to MIDDLEWARE, after AuthenticationMiddleware.",
    id="accounts.E020",
)
E021 = Error(
    "StepUpMiddleware is in the wrong place.",
    hint="It comes after session, CSRF and authentication middleware, before LoginRequiredMiddleware.",
    id="accounts.E021",
)
E029 = Error(
    "SessionListMiddleware is missing or in the wrong place: sessions that were ended stay open.",
    hint=f"Put {SESSION_LIST!r} right after AuthenticationMiddleware, before LanguageMiddleware and "
    "StepUpMiddleware.",
    id="accounts.E029",
)
W022 = Caution(
    "TenantDeadlineMiddleware is missing or not the first: a page may wait for the tenant without end.",
    hint=f"Put {DEADLINE!r} at the top of MIDDLEWARE.",
    id="accounts.W022",
)


def messages() -> Iterator[CheckMessage]:
    names = list(settings.MIDDLEWARE)
    if STEP_UP not in names:
        yield E020
    elif not _in_order([*BEFORE_STEP_UP, STEP_UP], names) or (
        AFTER_STEP_UP in names and not _in_order([STEP_UP, AFTER_STEP_UP], names)
    ):
        yield E021
    if not _ends_sessions_first(names):
        yield E029
    if names[:1] != [DEADLINE]:
        yield W022


def _ends_sessions_first(names: list[str]) -> bool:
    """Tell whether nothing that looks at the visitor comes before an ended session is signed out."""
    if not _in_order([SESSION, AUTHENTICATION, SESSION_LIST], names):
        return False
    return not {LANGUAGE, STEP_UP, AFTER_STEP_UP} & set(names[: names.index(SESSION_LIST)])


def _in_order(wanted: Sequence[str], names: list[str]) -> bool:
    places = [names.index(name) for name in wanted if name in names]
    return len(places) == len(wanted) and places == sorted(places)
