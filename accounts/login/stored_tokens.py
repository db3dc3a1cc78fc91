"""Tokens that social-auth's own backends left in the database; `Auth0Backend` stores none."""

from django.db.models import QuerySet
from social_django.models import UserSocialAuth

from accounts.login.backend import Auth0Backend

# What they keep of a token endpoint's answer, in plain text.
TOKENS = ["access_token", "refresh_token", "id_token"]


def rows_with_tokens(using: str = "default") -> QuerySet[UserSocialAuth]:
    """Return the rows of this provider that hold a token."""
    rows = UserSocialAuth.objects.using(using).filter(provider=Auth0Backend.name)
    return rows.filter(extra_data__has_any_keys=TOKENS)


def clear_stored_tokens() -> None:
    """Take the tokens out of every row, and leave all else in it."""
    for row in rows_with_tokens():
        row.extra_data = {name: value for name, value in row.extra_data.items() if name not in TOKENS}
        row.save(update_fields=["extra_data"])
