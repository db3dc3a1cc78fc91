"""What a sign-in demands in a browser that is not remembered, and so what may be said of an account; pure.

What is not known is never said: an Action that is not one of ours may ask, or call off what would ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from enrollment.account.methods import Factor
from enrollment.kinds.base import Kind, Role
from enrollment.kinds.registry import kinds

ASKS_EVERYBODY, ASKS_AT_RISK = "all-applications", "confidence-score"
POLICIES = frozenset({ASKS_EVERYBODY, ASKS_AT_RISK})


class Effect(StrEnum):
    """What a bound Action does to a sign-in."""

    ASKS_HOLDERS = "asks-holders"
    ASKS_AT_RISK = "asks-at-risk"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Demand(StrEnum):
    """Who is asked for a second factor.

    `EVERYBODY`: whoever has none is made to set one up. `HOLDERS`: whoever has one that stands alone, unless
    they sign in with a passkey. `AT_RISK`: it depends on the sign-in. `NOBODY`: unless the site asks for it.
    """

    EVERYBODY = "everybody"
    HOLDERS = "holders"
    AT_RISK = "at-risk"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


def demand_of(policies: Sequence[str] | None, effects: Sequence[Effect] | None) -> Demand:
    """Work out who is asked, by the tenant's policies and its flow; None where one could not be read."""
    if effects is None or Effect.UNKNOWN in effects:
        return Demand.UNKNOWN
    if policies is not None and ASKS_EVERYBODY in policies:
        return Demand.EVERYBODY
    if Effect.ASKS_HOLDERS in effects:
        return Demand.HOLDERS
    if policies is None or set(policies) - POLICIES:
        return Demand.UNKNOWN
    return Demand.AT_RISK if policies or Effect.ASKS_AT_RISK in effects else Demand.NOBODY


@dataclass(frozen=True)
class SignIn:
    """How one person signs in. `switches` says which kinds the tenant has on; None counts as all of them."""

    demand: Demand = Demand.UNKNOWN
    switches: Mapping[str, bool] | None = None
    subject: str = ""

    def usable(self, factors: Sequence[Factor]) -> list[Factor]:
        """Return the second factors that the tenant has not switched off."""
        return [factor for factor in factors if factor.is_second_factor and self._is_on(factor)]

    def asks(self, factors: Sequence[Factor]) -> bool:
        """Whether it is certain that a sign-in without a passkey asks for one of these."""
        return any(self._is_asked_for(factor) for factor in self.usable(factors))

    def leans(self, factors: Sequence[Factor]) -> bool:
        """Whether none of these is asked for by itself, by what it is or by the rules of whoever asks."""
        if self.demand in (Demand.EVERYBODY, Demand.HOLDERS):
            return not self.asks(factors)
        return not any(factor.is_independent for factor in self.usable(factors))

    def has_recovery_code(self, factors: Sequence[Factor]) -> bool:
        return any(factor.kind.is_recovery and self._is_on(factor) for factor in factors)

    def has_password(self, factors: Sequence[Factor]) -> bool:
        """Whether a stolen password is of any use: by the list, else by the identity.

        A person of a database connection whose list has a passkey and no password has none.
        """
        roles = {factor.kind.role for factor in factors}
        if Role.PASSWORD in roles or Role.PASSWORDLESS in roles:
            return Role.PASSWORD in roles
        return has_own_password(self.subject)

    def is_passkey_only(self, factors: Sequence[Factor]) -> bool:
        return bool(passkeys(factors)) and not self.has_password(factors)

    def skips_passkeys(self, factors: Sequence[Factor]) -> bool:
        """Whether somebody who is asked else need show nothing more after a passkey."""
        return self.demand is Demand.HOLDERS and bool(passkeys(factors))

    def _is_on(self, factor: Factor) -> bool:
        return any(self._has_on(method.kind) for method in factor.methods)

    def _has_on(self, kind: Kind) -> bool:
        return kind.switch is None or self.switches is None or self.switches.get(kind.switch, False)

    def _is_asked_for(self, factor: Factor) -> bool:
        on = [method.kind for method in factor.methods if self._has_on(method.kind)]
        if self.demand is Demand.EVERYBODY:
            return any(kind.independent for kind in on)
        return self.demand is Demand.HOLDERS and any(kind.asked_for_alone for kind in on)


def has_own_password(subject: str) -> bool:
    """Whether the tenant keeps a password for an identity of this kind, as far as its name tells."""
    return any(kind.role is Role.PASSWORD and kind.is_for(subject) for kind in kinds())


def passkeys(factors: Sequence[Factor]) -> list[Factor]:
    """Return what signs one in with no password."""
    return [factor for factor in factors if factor.kind.role is Role.PASSWORDLESS]
