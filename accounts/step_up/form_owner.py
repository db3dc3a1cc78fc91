"""Whom a form was shown to: the form says so itself, since its session may be over once it is sent."""

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

# By its name a secret, so that no draft keeps it.
FIELD = "owner_token"


def owner_field(request: HttpRequest) -> SafeString | str:
    """Return a hidden field that names, signed, who is signed in; nothing for nobody."""
    if not request.user.is_authenticated:
        return ""
    owner = _signer().sign(str(request.user.pk))
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, owner)


def owner_of(posted: QueryDict) -> str:
    """Return the key of the user that a form was shown to; nothing where it does not say, or was changed."""
    try:
        return _signer().unsign(posted.get(FIELD, ""))
    except BadSignature:
        return ""


def is_from_ended_session(request: HttpRequest) -> bool:
    """Say whether a form was shown to somebody signed in, and is sent by nobody who is."""
    return request.method == "POST" and bool(owner_of(request.POST)) and not request.user.is_authenticated


def _signer() -> Signer:
    return Signer(salt="accounts.step_up.form_owner")
