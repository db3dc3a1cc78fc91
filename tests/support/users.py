"""Users of the site that the tenant knows, made without signing in."""

from typing import Any

from social_django.models import UserSocialAuth

from accounts.identity import bind_subject, subject_of, users
from mfaproject.users.models import User


def make_user(sub: str, **fields: Any) -> User:
    """Make a user, or bring one up to date, with social-auth's row for a subject."""
    row = UserSocialAuth.objects.filter(provider="auth0", uid=sub).select_related("user").first()
    user: Any = row.user if row else User.objects.create(**{"username": sub, **fields})
    if row:
        for name, value in fields.items():
            setattr(user, name, value)
        user.save()
    else:
        UserSocialAuth.objects.create(provider="auth0", uid=sub, user=user)
    bind_subject(user, sub)
    return user  # type: ignore[no-any-return]  # social-auth knows no user model


def user_of(sub: str) -> User:
    """Return the user of a subject, as the database has them."""
    user: User = users().get(social_auth__uid=sub)
    return user


def unsaved_user(sub: str, **fields: Any) -> User:
    """Return somebody whom only the test knows."""
    user = User(**fields)
    bind_subject(user, sub)
    return user


def known_as(user: User, word: str) -> str:
    """Return what a user goes by: their subject (`sub`), or a field of the user model."""
    return subject_of(user) if word == "sub" else str(getattr(user, word))
