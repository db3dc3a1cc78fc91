"""What somebody typed into a form before a step-up, or the end of their session, interrupted it.

Secrets and files are left out.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import conf
from accounts.auth0.encryption import decrypt, encrypt
from accounts.models import FormDraft
from accounts.step_up.form_owner import owner_of

# Ids of drafts, by the path of the page that they were typed on.
SESSION_KEY = "accounts_form_drafts"
MAX_DRAFTS = 3
MAX_CHARACTERS = 32_000

# A field is taken for a secret by any word of its name; a postal code is not one.
SECRET_WORDS = frozenset(
    {
        *("password", "passwd", "pwd", "passwort", "passphrase", "passcode", "secret", "token", "credential"),
        *(
            "csrf",
            "csrfmiddlewaretoken",
            "auth",
            "authorization",
            "key",
            "otp",
            "totp",
            "pin",
            "code",
            "recovery",
        ),
        *("card", "cvc", "cvv", "iban", "ssn"),
    }
)
HARMLESS_BEFORE = frozenset({"area", "country", "currency", "discount", "language", "post", "postal", "zip"})
ATTRIBUTE = "step_up_draft"

SIGNED_OUT = _("You had been signed out, so nothing was sent. Check the form and send it again.")

Draft = dict[str, Any]


def keep_draft(request: HttpRequest, page: str) -> None:
    """Keep the fields of a POST for the page they were typed on, encrypted, for this person alone.

    A view without CSRF protection may have been posted to by another site, so its fields are not kept.
    """
    match, signed_in = request.resolver_match, request.user.is_authenticated
    owner = str(request.user.pk) if signed_in else owner_of(request.POST)
    if not owner or getattr(match and match.func, "csrf_exempt", False):
        return
    fields = typed_fields(request.POST)
    if not fields or len(json.dumps(fields, ensure_ascii=False)) > MAX_CHARACTERS:
        return
    draft = {
        "action": request.path,
        "fields": fields,
        "user": owner,
        "was_signed_out": not signed_in,
        "at": int(timezone.now().timestamp()),
    }
    row = _save(json.dumps(draft))
    kept = {**_kept(request), _path(page): str(row.pk)}
    request.session[SESSION_KEY] = dict(list(kept.items())[-MAX_DRAFTS:])


def _save(text: str) -> FormDraft:
    """Keep it in the database, where it is taken once; what nobody has taken in time goes."""
    FormDraft.objects.filter(kept_at__lt=timezone.now() - conf.step_up_window()).delete()
    return FormDraft.objects.create(encrypted_text=encrypt(text))


def take_draft(request: HttpRequest) -> dict[str, Any] | None:
    """What was typed on this page, once: a value, or a list where the field had several."""
    draft = draft_of(request)
    if draft is None:
        return None
    return {name: values if len(values) > 1 else values[0] for name, values in draft["fields"].items()}


def draft_of(request: HttpRequest) -> Draft | None:
    """The draft of the page being shown, with the address its form goes to; it is gone then."""
    if not hasattr(request, ATTRIBUTE):
        setattr(request, ATTRIBUTE, _take(request))
    found: Draft | None = getattr(request, ATTRIBUTE)
    return found


def _take(request: HttpRequest) -> Draft | None:
    kept = _kept(request)
    if request.method != "GET" or request.path not in kept:
        return None
    draft: Draft = json.loads(_claim(kept.pop(request.path)) or "{}")
    request.session[SESSION_KEY] = kept
    if draft.get("user") != str(request.user.pk) or not _is_recent(draft):
        return None
    if draft["was_signed_out"]:
        messages.info(request, SIGNED_OUT)
    return {"action": draft["action"], "fields": draft["fields"]}


def _claim(draft_id: str) -> str | None:
    """Take a draft: of two requests at once, the one that deletes the row."""
    row = FormDraft.objects.filter(pk=draft_id).first()
    if row is None or not FormDraft.objects.filter(pk=row.pk).delete()[0]:
        return None
    return decrypt(row.encrypted_text)


def typed_fields(posted: QueryDict) -> dict[str, list[str]]:
    return {name: posted.getlist(name) for name in posted if not is_secret(name)}


def is_secret(name: str) -> bool:
    """Judge a field by its name, `newPassword2` and `recovery-code` alike."""
    before = ""
    for word in _words(name):
        if word in SECRET_WORDS and not (word == "code" and before in HARMLESS_BEFORE):
            return True
        before = word
    return False


def _words(name: str) -> Iterator[str]:
    for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name):
        yield word.lower()


def _is_recent(draft: Draft) -> bool:
    age: float = timezone.now().timestamp() - draft["at"]
    return 0 <= age <= conf.step_up_window().total_seconds()


def _kept(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(SESSION_KEY) or {})


def _path(page: str) -> str:
    # As `request.path` has it: decoded.
    return unquote(page.partition("?")[0])


def draft(request: HttpRequest) -> dict[str, Callable[[], dict[str, Any] | None]]:
    """`draft`: what was typed here before a step-up: `{"action": path, "fields": {name: [value]}}`.

    A function, so that the session is looked at only by a template that uses it:
    `{% if draft %}{{ draft|json_script:"draft" }}{% endif %}`.
    """
    return {"draft": lambda: draft_of(request) if hasattr(request, "session") else None}
