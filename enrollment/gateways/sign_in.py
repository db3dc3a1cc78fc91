"""What the tenant demands at sign-in: read once in some minutes for everybody, and never waited for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.utils import timezone

from accounts.auth0.errors import Problem, TenantError
from accounts.auth0.management_limiter import low_priority
from accounts.auth0.read_through import Entry, ReadThrough
from enrollment import conf
from enrollment.account.sign_in import Demand, Effect, SignIn, demand_of
from enrollment.actions.plan import Binding, TenantAction
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


class _Flow(ReadThrough[tuple[Effect, ...]]):
    """The post-login flow, as what each of its Actions does to a sign-in; their code is not kept."""

    def read(self) -> tuple[Effect, ...]:
        gateway = ActionsGateway.current()
        try:
            flow = gateway.list_bindings()
            return effects(flow, gateway.list_actions() if flow else ())
        except TenantError as error:
            # Without the scope it stays unknown: asking again every few seconds would not change that.
            if error.code is Problem.FORBIDDEN:
                return (Effect.UNKNOWN,)
            raise

    def fresh_for(self) -> timedelta:
        return conf.policy_fresh_for()

    def kept_for(self) -> timedelta:
        return SERVES_FOR * self.fresh_for()

    def load_value(self, stored: Any) -> tuple[Effect, ...]:
        return tuple(Effect(each) for each in stored)


FLOW = _Flow("enrollment:post-login-flow:1")


def effects(flow: Sequence[Binding], found: Sequence[TenantAction]) -> tuple[Effect, ...]:
    """Say what each Action of the flow does to a sign-in, by the code that runs there and not by its name."""
    running = {action.id: action.deployed_code for action in found}
    return tuple(_effect(running.get(binding.action_id)) for binding in flow)


def sign_in_of(subject: str, *, may_call: bool = True) -> SignIn:
    """Say what a sign-in of this person demands; what cannot be read just now is not known. Never raises."""
    look = _Look(may_call)
    with low_priority():
        policies, flow, switches = look.at(POLICIES), look.at(FLOW), look.at(SWITCHES)
    # An enrolled factor that is switched off is asked for by nobody.
    demand = Demand.UNKNOWN if switches is None else demand_of(policies, flow)
    return SignIn(demand, switches, subject)


def demand_at_sign_in() -> Demand:
    """Say whom a sign-in asks, whoever it is."""
    return sign_in_of("").demand


def invalidate() -> None:
    """Drop what is cached, after a change of the flow."""
    FLOW.invalidate()


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
