"""Which language a person reads, and what the tenant is told of it."""

from typing import Any, Literal

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.identity import User
from accounts.models import AccountState

# The choice of whoever wants what the browser asks for.
AS_THE_BROWSER_SAYS = ""
SAME_SITE: Literal["Lax"] = "Lax"


def languages() -> dict[str, str]:
    """The languages that the site speaks, each by its own name."""
    return {str(code): str(name) for code, name in settings.LANGUAGES}


def supported_language(code: Any) -> str:
    """Give back the code of a language that the site speaks, or nothing: one may be gone since."""
    # Asked at every request, so names, which may be lazy translations, are left alone.
    if not code or not isinstance(code, str):
        return ""
    return code if any(code == known for known, _name in settings.LANGUAGES) else ""


def language_of(user: Any) -> str:
    """The language to write to somebody in: what they chose, else what they last read the site in."""
    return chosen_language(user) or supported_language(_kept(user, "last_language")) or settings.LANGUAGE_CODE


def active_language() -> str:
    """The language of this page, and nothing that a visitor could have made up."""
    return supported_language(translation.get_language()) or settings.LANGUAGE_CODE


def chosen_language(user: User | AnonymousUser) -> str:
    """Return the language that a user chose, if the site still speaks it."""
    return supported_language(_kept(user, "language"))


def set_language(user: Any, code: str) -> None:
    """Note what somebody chose, for every browser and for emails."""
    language = supported_language(code)
    _keep(user, language=language, **{"last_language": language} if language else {})


def note_language_read(user: Any, code: str) -> None:
    """Note what somebody reads the site in, to write to them in it."""
    if _kept(user, "last_language") != code:
        _keep(user, last_language=code)


def _kept(user: Any, name: str) -> str:
    # Nobody who is not signed in has a state, and not everybody who is.
    return str(getattr(getattr(user, "account_state", None), name, ""))


def _keep(user: Any, **values: str) -> None:
    user.account_state, _is_new = AccountState.objects.update_or_create(user=user, defaults=values)


def remember_language(response: HttpResponse, code: str) -> None:
    """Let this browser keep a choice, for when nobody is signed in; Django's `LocaleMiddleware` reads it."""
    name, path, domain = (
        settings.LANGUAGE_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_PATH,
        settings.LANGUAGE_COOKIE_DOMAIN,
    )
    if not supported_language(code):
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


def remembered_language(request: HttpRequest) -> str:
    """What this browser keeps."""
    return supported_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))


def _choices() -> list[tuple[str, object]]:
    return [*languages().items(), (AS_THE_BROWSER_SAYS, _("The language that the browser asks for"))]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"), choices=_choices, required=False, widget=forms.RadioSelect
    )
