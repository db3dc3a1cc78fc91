"""Who a user of the site is at the tenant, and what any user model can tell about a person.

The link is social-auth's own row (`UserSocialAuth`): provider and `uid`, which is the tenant's `sub`. A user
may have several such rows. A session speaks for the one it was signed in with
(`accounts.step_up.assurance.visitor_subject`); elsewhere the one that signed in last counts.
"""

from typing import Any, TypeGuard

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from social_django.models import UserSocialAuth

from accounts import conf
from accounts.auth0.claims import LONGEST_SUB, UNSTORABLE

# Any site's user model.
User = AbstractBaseUser

# Where a user carries the subject once it is known; `users()` reads it along.
SUBJECT = "_auth0_subject"


def subject_of(user: Any) -> str:
    """Return the `sub` that the tenant knows a user by; empty where there is none.

    Asks the database once for a user that was read without it.
    """
    if not isinstance(user, AbstractBaseUser):
        return ""
    known = getattr(user, SUBJECT, None)
    if known is None:
        row = identities().filter(user_id=user.pk).order_by("-modified", "-pk").first() if user.pk else None
        known = row.uid if row else ""
        bind_subject(user, known)
    return str(known)


def is_unlinked(user: User) -> bool:
    """Tell whether a user was read and had no identity; one that was read without asking may have one."""
    return getattr(user, SUBJECT, None) == ""


def bind_subject(user: User, subject: str) -> None:
    """Let a user stand for one of their identities."""
    setattr(user, SUBJECT, subject)


def identities() -> QuerySet[UserSocialAuth]:
    """Return everybody's links to the tenant."""
    return UserSocialAuth.objects.filter(provider=conf.provider())


def identity_of(subject: str) -> UserSocialAuth | None:
    """Find the link of a subject, with its user; what no column could hold is nobody's."""
    if len(subject) > LONGEST_SUB or UNSTORABLE.search(subject):
        return None
    return identities().select_related("user").filter(uid=subject).first()


def pks_with_subject(subject: str) -> QuerySet[UserSocialAuth, Any]:
    """Return the key of the user of a subject, as a subquery."""
    return identities().filter(uid=subject).values("user")


def users() -> QuerySet[Any]:
    """Return all users with their subjects, hidden ones included: a default manager may leave some out."""
    return with_subjects(get_user_model()._base_manager.all())  # noqa: SLF001  # Django's public name


def with_subjects(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """Read what these apps know of each user along, in one query."""
    latest = identities().filter(user=OuterRef("pk")).order_by("-modified", "-pk").values("uid")[:1]
    annotated: QuerySet[Any] = queryset.select_related("account_state").annotate(
        **{SUBJECT: Coalesce(Subquery(latest), Value(""))}
    )
    return annotated


def users_named(word: str) -> QuerySet[Any]:
    """Return the users of a subject, an email address or a user name."""
    model = get_user_model()
    wanted = Q(pk__in=pks_with_subject(word)) | Q(**{model.USERNAME_FIELD: word})
    if has_field(email_field()):
        wanted |= Q(**{f"{email_field()}__iexact": word})
    return users().filter(wanted).order_by("pk")


def is_user(visitor: Any) -> TypeGuard[User]:
    """Tell whether somebody is signed in."""
    return isinstance(visitor, AbstractBaseUser) and visitor.is_authenticated


def email_field() -> str:
    """Return the name that the site's user model has for an email address, whether or not it is a field."""
    return get_user_model().get_email_field_name()


def has_field(name: str) -> bool:
    """Tell whether the site's user model has a field of this name."""
    try:
        get_user_model()._meta.get_field(name)  # noqa: SLF001  # Django's public name
    except FieldDoesNotExist:
        return False
    return True


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


def has_permission(user: Any, permission: str) -> bool:
    """Ask the site's backends; a model without permissions grants none."""
    return bool(user.has_perm(permission)) if hasattr(user, "has_perm") else False


def view_permission() -> str:
    """Return the permission to look at users, of whatever app the user model is in."""
    options = get_user_model()._meta  # noqa: SLF001  # Django's public name
    return f"{options.app_label}.view_{options.model_name}"
