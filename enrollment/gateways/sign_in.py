"""What the tenant demands at sign-in: read once in some minutes for everybody, and never waited for."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.utils import timezone

from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.management_limiter import low_priority
from accounts.auth0.read_through import Entry, ReadThrough
from enrollment import conf
from enrollment.account.sign_in import Demand, Effect, SignIn, demand_of
from enrollment.actions.plan import TenantAction
from enrollment.actions.recognise import recognise
from enrollment.gateways.tenant_actions import ActionsGateway
from enrollment.gateways.tenant_policy import POLICIES, SWITCHES

# What a shipped Action does to a sign-in, by its key; one that is not here is as unknown as anybody's.
EFFECTS = {
    "sign-in": Effect.ASKS_HOLDERS,
    "risk": Effect.ASKS_AT_RISK,
    "step-up": Effect.NOTHING,
    "first-enrollment": Effect.NOTHING,
    "claims": Effect.NOTHING,
}

# How long an answer serves where the tenant cannot be asked, as a multiple of the time for which it is fresh.
SERVES_FOR = 2

T = TypeVar("T")


class _Setting(ReadThrough[T]):
    """Something of the post-login flow, read by one call: none is lost where the next one is held back."""

    def fresh_for(self) -> timedelta:
        return conf.policy_fresh_for()

    def kept_for(self) -> timedelta:
        return SERVES_FOR * self.fresh_for()


class _Flow(_Setting[tuple[str, ...]]):
    """The ids of the Actions that are bound, in their order; one that nobody has where that may not be read.

    Without the scope it stays unknown: asking again every few seconds would not change that.
    """

    def read(self) -> tuple[str, ...]:
        try:
            return tuple(binding.action_id for binding in ActionsGateway.current().list_bindings())
        except TenantError as error:
            if error.code is Problem.FORBIDDEN:
                return ("",)
            raise

    def load_value(self, stored: Any) -> tuple[str, ...]:
        return tuple(str(action_id) for action_id in stored)


class _Actions(_Setting[dict[str, Effect]]):
    """What each Action of the tenant does to a sign-in, by its id; their code is not kept."""

    def read(self) -> dict[str, Effect]:
        try:
            return effects_of(ActionsGateway.current().list_actions())
        except TenantError as error:
            if error.code is Problem.FORBIDDEN:
                return {}
            raise

    def load_value(self, stored: Any) -> dict[str, Effect]:
        return {str(action_id): Effect(effect) for action_id, effect in stored.items()}


FLOW = _Flow("enrollment:post-login-flow:1")
ACTIONS = _Actions("enrollment:post-login-actions:1")


def effects_of(found: Iterable[TenantAction]) -> dict[str, Effect]:
    """Say what each Action does to a sign-in, by the code that runs and not by its name."""
    return {action.id: _effect(action.deployed_code) for action in found}


def effects(flow: Iterable[str], of: Mapping[str, Effect]) -> tuple[Effect, ...]:
    """Say the same of each place in a flow, by the ids of its Actions."""
    return tuple(of.get(action_id, Effect.UNKNOWN) for action_id in flow)


def sign_in_of(subject: str, *, may_call: bool = True) -> SignIn:
    """Say what a sign-in of this person demands; what cannot be read just now is not known. Never raises."""
    look = _Look(may_call)
    with low_priority():
        policies, flow, switches = look.at(POLICIES), look.at_flow(), look.at(SWITCHES)
    # An enrolled factor that is switched off is asked for by nobody.
    demand = Demand.UNKNOWN if switches is None else demand_of(policies, flow)
    return SignIn(demand, switches, subject)


def demand_at_sign_in() -> Demand:
    """Say whom a sign-in asks, whoever it is."""
    return sign_in_of("").demand


def invalidate() -> None:
    """Drop what is cached, after a change of the flow."""
    FLOW.invalidate()
    ACTIONS.invalidate()


def _effect(code: str | None) -> Effect:
    action = recognise(code) if code else None
    return EFFECTS.get(action.key, Effect.UNKNOWN) if action else Effect.UNKNOWN


class _Look:
    """One look at several settings, which stops calling a tenant that has failed."""

    def __init__(self, may_call: bool) -> None:
        self.may_call = may_call

    def at(self, kept: ReadThrough[T]) -> T | None:
        entry = (self._read(kept) if self.may_call else None) or _recent(kept)
        return entry.value if entry else None

    def at_flow(self) -> tuple[Effect, ...] | None:
        flow = self.at(FLOW)
        found = self.at(ACTIONS) if flow else {}
        return None if flow is None or found is None else effects(flow, found)

    def _read(self, kept: ReadThrough[T]) -> Entry[T] | None:
        try:
            return kept.get_unless_busy()
        except TenantError as error:
            # A missing scope keeps nobody waiting, and is none of the others'.
            self.may_call = error.code is Problem.FORBIDDEN
            return None


def _recent(kept: ReadThrough[T]) -> Entry[T] | None:
    """Return what was read some minutes ago: no page changes its mind because it could not ask just now."""
    entry = kept.known()
    if entry is None or entry.outdated or timezone.now() - entry.read_at > SERVES_FOR * kept.fresh_for():
        return None
    return entry
