"""Who a user of the site is at the tenant, and what any user model can tell about a person."""

from typing import Any, TypeGuard

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet

# Any site's user model.
User = AbstractBaseUser


def subject_of(user: Any) -> str:
    """Return the `sub` that the tenant knows a user by; empty where there is none."""
    return getattr(user, "sub", None) or ""


def users() -> QuerySet[Any]:
    """Return all users, hidden ones included: a site's default manager may leave some out."""
    return get_user_model()._base_manager.all()  # noqa: SLF001  # Django's public name


def users_named(word: str) -> QuerySet[Any]:
    """Return the users of a subject, an email address or a user name."""
    model = get_user_model()
    email, username = f"{model.get_email_field_name()}__iexact", model.USERNAME_FIELD
    wanted = Q(sub=word) | Q(**{username: word})
    return users().filter(wanted | Q(**{email: word}) if _has_email(model) else wanted).order_by("pk")


def is_user(visitor: Any) -> TypeGuard[User]:
    """Tell whether somebody is signed in."""
    return isinstance(visitor, AbstractBaseUser) and visitor.is_authenticated


def email_of(user: User) -> str:
    """Return a user's address, from whatever field the site's model has for it; empty where it has none."""
    return str(getattr(user, user.get_email_field_name(), "") or "")


def label_of(user: User) -> str:
    """Return what tells a user from others in a list: the address, else the user name."""
    return email_of(user) or user.get_username()


def is_superuser(user: Any) -> bool:
    """Tell whether a user may do everything; a model without the flag has no such users."""
    return bool(getattr(user, "is_superuser", False))


def is_staff(user: Any) -> bool:
    """Tell whether a user may enter the admin; a model without the flag has no staff."""
    return bool(getattr(user, "is_staff", False))


def _has_email(model: type[AbstractBaseUser]) -> bool:
    name = model.get_email_field_name()
    return any(field.name == name for field in model._meta.get_fields())  # noqa: SLF001  # Django's public name


def has_permission(user: Any, permission: str) -> bool:
    """Ask the site's backends; a model without permissions grants none."""
    return bool(user.has_perm(permission)) if hasattr(user, "has_perm") else False


def view_permission() -> str:
    """Return the permission to look at users, of whatever app the user model is in."""
    options = get_user_model()._meta  # noqa: SLF001  # Django's public name
    return f"{options.app_label}.view_{options.model_name}"
