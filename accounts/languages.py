"""Which language a person reads, and what the tenant is told of it."""

from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User

# The choice of whoever wants what the browser asks for.
AS_THE_BROWSER_SAYS = ""
SAME_SITE: Literal["Lax"] = "Lax"


def languages() -> dict[str, str]:
    """The languages that the site speaks, each by its own name."""
    return {str(code): str(name) for code, name in settings.LANGUAGES}


def known(code: Any) -> str:
    """Give back the code of a language that the site speaks, or nothing: one may be gone since."""
    return code if isinstance(code, str) and code in languages() else ""


def language_of(user: User) -> str:
    """The language to write to somebody in: what they chose, else what they last read the site in."""
    return known(user.language) or known(user.last_language) or settings.LANGUAGE_CODE


def active_language() -> str:
    """The language of this page, and nothing that a visitor could have made up."""
    return known(translation.get_language()) or settings.LANGUAGE_CODE


def choose(user: User, code: str) -> None:
    """Note what somebody chose, for every browser and for e-mails."""
    user.language = known(code)
    user.last_language = user.language or user.last_language
    user.save(update_fields=["language", "last_language"])


def remember(response: HttpResponse, code: str) -> None:
    """Let this browser keep a choice, for when nobody is signed in; Django's `LocaleMiddleware` reads it."""
    name, path, domain = (
        settings.LANGUAGE_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_PATH,
        settings.LANGUAGE_COOKIE_DOMAIN,
    )
    if not known(code):
        response.delete_cookie(name, path=path, domain=domain, samesite=SAME_SITE)
        return
    response.set_cookie(
        name,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=path,
        domain=domain,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=SAME_SITE,
    )


def remembered(request: HttpRequest) -> str:
    """What this browser keeps."""
    return known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
