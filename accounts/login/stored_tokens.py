"""Tokens that social-auth's own backends left in the database; `Auth0Backend` stores none."""

from social_django.models import UserSocialAuth

from accounts.login.backend import Auth0Backend

# What they keep of a token endpoint's answer, in plain text.
TOKENS = ("access_token", "refresh_token", "id_token")


def rows_with_tokens(using: str = "default") -> list[UserSocialAuth]:
    """Return the rows of this provider that hold a token."""
    rows = UserSocialAuth.objects.using(using).filter(provider=Auth0Backend.name)
    return [row for row in rows.iterator() if set(TOKENS) & set(_kept(row))]


def clear_stored_tokens() -> int:
    """Take the tokens out of every row, leave all else in it, and return how many rows had one."""
    rows = rows_with_tokens()
    for row in rows:
        row.extra_data = {name: value for name, value in _kept(row).items() if name not in TOKENS}
        row.save(update_fields=["extra_data"])
    return len(rows)


def _kept(row: UserSocialAuth) -> dict[str, object]:
    return row.extra_data if isinstance(row.extra_data, dict) else {}
