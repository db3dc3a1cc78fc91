"""The user that a first sign-in makes, of whatever model the site has.

Nobody who is there already is ever taken for the new one, whatever their name or address.
"""

import hashlib
import re
from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from social_django.models import UserSocialAuth

from accounts.auth0.claims import REPLACEMENT, UNSTORABLE
from accounts.identity import email_field, has_field, identity_of
from accounts.login.backend import Auth0Backend
from accounts.login.errors import LoginErrorCode, SignInRefusedError

LONGEST_NAME = 113


def create_user(backend: Auth0Backend, uid: str, claims: Mapping[str, Any]) -> UserSocialAuth:
    """Make a user and the link in one; of two first sign-ins at the same moment, one finds the other's.

    Raises `SignInRefusedError` where the model wants an address that is missing or somebody else's, or a
    field that a sign-in cannot fill.
    """
    fields = _fields(backend, uid, claims)
    try:
        with transaction.atomic():
            user = get_user_model()._base_manager.create(**fields)  # noqa: SLF001  # Django's public name
            return UserSocialAuth.objects.create(provider=backend.name, uid=uid, user=user)
    except IntegrityError as error:
        if made := identity_of(uid):
            return made
        raise SignInRefusedError(backend, LoginErrorCode.MISCONFIGURED) from error


def _fields(backend: Auth0Backend, uid: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    name_field = get_user_model().USERNAME_FIELD
    fields = {name_field: _free_username(uid), "password": make_password(None)}
    if has_field(email_field()):
        fields[email_field()] = _address(backend, claims)
    return {field: fitting(field, value) for field, value in fields.items()}


def _address(backend: Auth0Backend, claims: Mapping[str, Any]) -> str:
    """Return the address; a model that knows people by it takes none that is missing or taken."""
    address = claims.get("email")
    text = address if isinstance(address, str) else ""
    if is_unique(email_field()):
        if not text:
            raise SignInRefusedError(backend, LoginErrorCode.EMAIL_UNVERIFIED)
        if _exists(f"{email_field()}__iexact", text):
            raise SignInRefusedError(backend, LoginErrorCode.ADDRESS_TAKEN)
    return text


def _free_username(uid: str) -> str:
    """Return a name that nobody has: the site may have given away even this one."""
    field = get_user_model().USERNAME_FIELD
    most = _field(field).max_length or LONGEST_NAME
    name = username_for(uid, most)
    return username_for(f"{uid}{token_hex(8)}", most) if _exists(field, name) else name


def _exists(lookup: str, value: str) -> bool:
    return get_user_model()._base_manager.filter(**{lookup: value}).exists()  # noqa: SLF001


def username_for(sub: str, most: int = LONGEST_NAME) -> str:
    """A user name nobody can choose: readable enough, and no two subjects share one."""
    digest = hashlib.sha256(sub.encode()).hexdigest()[:12]
    readable = re.sub(r"[^\w.@+-]", ".", sub)[: min(most, LONGEST_NAME) - len(digest) - 1]
    return f"{readable}-{digest}"


def is_unique(field: str) -> bool:
    """Tell whether no two users of the site's model can have the same value there."""
    return bool(_field(field).unique)


def fitting(field: str, value: Any) -> Any:
    """Cut a text to what the column holds, and make it of what it takes."""
    return UNSTORABLE.sub(REPLACEMENT, value)[: _field(field).max_length] if isinstance(value, str) else value


def _field(name: str) -> Any:
    return get_user_model()._meta.get_field(name)  # noqa: SLF001  # Django's public name
