"""What a step-up may ask for as well as the proof: a token for Auth0's My Account API."""

from dataclasses import dataclass

# Auth0 spells these with underscores: https://auth0.com/docs/manage-users/my-account-api
SCOPES_FOR_ENROLLING = ("create:me:authentication_methods",)


@dataclass(frozen=True)
class MyAccountGrant:
    """A token of the person's own, with just these scopes."""

    scopes: tuple[str, ...] = SCOPES_FOR_ENROLLING

    @property
    def scope(self) -> str:
        return " ".join(self.scopes)

    def missing_from(self, granted: str) -> tuple[str, ...]:
        """Name what was asked for and not granted."""
        return tuple(scope for scope in self.scopes if scope not in granted.split())


ENROLLING = MyAccountGrant()
