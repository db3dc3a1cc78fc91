"""One authorization request: what it asks for and why, kept in the session until the visitor is back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.utils import timezone

from accounts.auth0.claims import CLOCK_LEEWAY, PAPE_MFA, HadFactor, Proof
from accounts.auth0.grants import MyAccountGrant
from accounts.auth0.tenant import current_tenant
from accounts.languages import active_language
from accounts.step_up.requirement import Requirement

# Auth0 sends `auth_time` only when it is asked for an age. Its own sessions end after 30 days at most
# (https://auth0.com/docs/manage-users/sessions/session-lifetime-limits), so this asks nobody anything.
SIGN_IN_MAX_AGE = timedelta(days=30)

ALWAYS_ASK = "login"


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"


@dataclass(frozen=True)
class AuthorizationRequest:
    """Kept server-side: a visitor can change what reaches the tenant, but not what we expect back."""

    purpose: Purpose
    next: str
    asked_at: int
    acr_values: str | None = None
    max_age: int | None = None
    prompt: str | None = None
    audience: str | None = None
    scope: str | None = None
    login_hint: str | None = None
    ui_locales: str | None = None
    # Whom a step-up is about, and what it has to prove.
    subject: str | None = None
    requirement: Requirement | None = None
    # Whether they had a second factor as it began, where that was known.
    had_factor: HadFactor = HadFactor.UNKNOWN

    @classmethod
    def sign_in(cls, next_path: str, *, afresh: bool = False, asks_mfa: bool = False) -> Self:
        """`asks_mfa` asks for the second factor along with the first: one trip to a page that needs both."""
        return cls(
            purpose=Purpose.SIGN_IN,
            next=next_path,
            asked_at=int(timezone.now().timestamp()),
            acr_values=PAPE_MFA if asks_mfa else None,
            max_age=int(SIGN_IN_MAX_AGE.total_seconds()),
            prompt=ALWAYS_ASK if afresh else None,
            ui_locales=active_language(),
        )

    @classmethod
    def step_up(
        cls,
        next_path: str,
        subject: str | None,
        requirement: Requirement,
        *,
        login_hint: str = "",
        afresh: bool = False,
        grant: MyAccountGrant | None = None,
        is_proved: bool = False,
    ) -> Self:
        """Ask for what the requirement names and no more: the second factor, the first one, or both.

        Where that `is_proved` already, only the grant's token is fetched, and nobody is asked twice.
        """
        return cls(
            purpose=Purpose.STEP_UP,
            next=next_path,
            asked_at=int(timezone.now().timestamp()),
            acr_values=None if is_proved else requirement.acr_values,
            max_age=0 if requirement.login_within and not is_proved else None,
            prompt=ALWAYS_ASK if afresh else None,
            audience=current_tenant().audience_my_account if grant else None,
            scope=grant.scope if grant else None,
            login_hint=login_hint or None,
            ui_locales=active_language(),
            subject=subject,
            requirement=requirement,
        )

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.asked_at, UTC)

    @property
    def grant(self) -> MyAccountGrant | None:
        return MyAccountGrant(tuple(self.scope.split())) if self.audience and self.scope else None

    def parameters(self) -> dict[str, str]:
        """What `/authorize` is told on top of the protocol's own parameters; 0 is a valid age."""
        asked = {
            "acr_values": self.acr_values,
            "max_age": self.max_age,
            "prompt": self.prompt,
            "audience": self.audience,
            "login_hint": self.login_hint,
            "ui_locales": self.ui_locales,
        }
        return {name: str(value) for name, value in asked.items() if value is not None}

    def is_met_by(self, proof: Proof) -> bool:
        """Check `auth_time` against the age that was asked (OpenID Connect Core, section 3.1.2.1).

        Nobody else does: the parameter can be cut out of the URL on its way to the tenant. No `auth_time` is
        let through here because it proves nothing later either.
        """
        if self.max_age is None or proof.login_at is None:
            return True
        oldest = self.asked_at - self.max_age - CLOCK_LEEWAY.total_seconds()
        return proof.login_at.timestamp() >= oldest

    def dump(self) -> dict[str, Any]:
        return {**vars(self), "requirement": self.requirement and self.requirement.dump()}

    @classmethod
    def load(cls, stored: Any) -> Self | None:
        try:
            purpose, asked = Purpose(stored["purpose"]), stored["requirement"]
            had_factor = HadFactor(stored.get("had_factor", HadFactor.UNKNOWN))
            requirement = Requirement.load(asked) if purpose is Purpose.STEP_UP else None
            known = {"purpose": purpose, "had_factor": had_factor, "requirement": requirement}
            return cls(**{**stored, **known})
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            return None
