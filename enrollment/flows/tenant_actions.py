"""Bring the shipped Actions to the tenant, and put them into its post-login flow."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.auth0.errors import Problem, TenantError
from accounts.conf import methods_claim, roles
from enrollment import conf
from enrollment.account.settlement import Expected, action_mark
from enrollment.account.sign_in import Demand, demand_of
from enrollment.actions.files import BY_KEY, SHIPPED, ShippedAction, shipped
from enrollment.actions.plan import Comparison, State, compared, with_bound, without
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.doctor.actions import actions
from enrollment.doctor.findings import Finding
from enrollment.flows.change import resolve_outcome
from enrollment.gateways import sign_in
from enrollment.gateways.tenant_actions import ActionsGateway
from enrollment.models.activity import Action


def compare(keys: Iterable[str]) -> list[Comparison]:
    """Hold these shipped Actions against the tenant's; raises `Refused` for a name that is none of them."""
    return _compare(ActionsGateway.current(), _known(keys))


def deploy(actor: Actor, wanted: Comparison) -> None:
    """Bring a shipped Action to the tenant, which runs this code wherever it is bound. Idempotent."""
    said = f"{wanted.action.key}: deploy"
    with logged(Attempt(actor, None, Action.ACTIONS_CHANGED, factor_name=said)) as attempt:
        _permit(actor)
        attempt.begin(Expected(deployed=wanted.action.name, action_code=action_mark(wanted.code)))
        with _forgotten(), resolve_outcome(lambda: _is_deployed(wanted.action)):
            push(ActionsGateway.current(), wanted)


def bind(actor: Actor, keys: Iterable[str]) -> list[str]:
    """Put these into the flow, in their order; what is there stays where it is. Returns what was new."""
    found = compare(keys)
    undeployed = [each.action.key for each in found if not each.found or each.found.deployed_code is None]
    if undeployed:
        sentence = _("Not deployed yet: %(names)s.") % {"names": ", ".join(undeployed)}
        raise Refused("actions-not-deployed", sentence)
    new = [each for each in found if not each.is_bound]
    _change_flow(actor, [each.action for each in new], is_bound=True, found=new)
    return [each.action.key for each in new]


def unbind(actor: Actor, keys: Iterable[str]) -> list[str]:
    """Take these out of the flow; they stay deployed. Returns what was in it."""
    held = [each for each in compare(keys) if each.is_bound]
    _change_flow(actor, [each.action for each in held], is_bound=False, found=held)
    return [each.action.key for each in held]


def examine(policies: Sequence[str] | None) -> list[Finding]:
    """Say whether the tenant asks for factors as the shipped Actions do; `policies` are its own."""
    gateway = ActionsGateway.current()
    read = {"with_roles": bool(roles().claim), "with_methods": bool(methods_claim())}
    try:
        flow, there = gateway.list_bindings(), gateway.list_actions()
    except TenantError as error:
        if error.code is not Problem.FORBIDDEN:
            raise
        return actions(None, [], Demand.UNKNOWN, **read)
    found = compared(SHIPPED, _constants(), there, flow)
    bound = [binding.action_id for binding in flow]
    demand = demand_of(policies, sign_in.effects(bound, sign_in.effects_of(there)))
    return actions(found, flow, demand, **read)


def push(gateway: ActionsGateway, wanted: Comparison) -> None:
    """Create or update the draft where it has to be, and deploy it."""
    if wanted.found is None:
        action_id = gateway.create(wanted.action.name, wanted.code)
    else:
        action_id = wanted.found.id
        if wanted.state is State.DIFFERENT:
            gateway.update(action_id, wanted.code)
    gateway.deploy(action_id)


def _change_flow(
    actor: Actor, actions: Sequence[ShippedAction], *, is_bound: bool, found: Sequence[Comparison]
) -> None:
    if not actions:
        return
    said = f"{', '.join(action.key for action in actions)}: {'bind' if is_bound else 'unbind'}"
    with logged(Attempt(actor, None, Action.ACTIONS_CHANGED, factor_name=said)) as attempt:
        _permit(actor)
        gateway, names = ActionsGateway.current(), [action.name for action in actions]
        flow = gateway.list_bindings()
        wanted = with_bound(flow, found) if is_bound else without(flow, names)
        attempt.begin(Expected(bound=tuple(names)) if is_bound else Expected(unbound=tuple(names)))
        with _forgotten(), resolve_outcome(lambda: _is_flow_changed(gateway, names, is_bound=is_bound)):
            gateway.set_bindings(wanted)


@contextmanager
def _forgotten() -> Iterator[None]:
    """Forget what the flow was, whatever becomes of the change."""
    try:
        yield
    finally:
        sign_in.invalidate()


def _permit(actor: Actor) -> None:
    if not actor.is_operator:
        raise Refused("not-allowed", _("Only an operator may change this, by a command."))


def _compare(gateway: ActionsGateway, actions: Sequence[ShippedAction]) -> list[Comparison]:
    return compared(actions, _constants(), gateway.list_actions(), gateway.list_bindings())


def _constants() -> dict[str, object]:
    """The values that this site has for the constants at the top of the files."""
    found = roles()
    return {
        "ROLES_CLAIM": found.claim,
        "METHODS_CLAIM": methods_claim(),
        "STAFF_ROLES": [role for role in (found.staff, found.superuser) if role],
        "REMEMBER_BROWSERS": conf.remembers_browsers(),
    }


def _known(keys: Iterable[str]) -> tuple[ShippedAction, ...]:
    wanted = list(keys)
    unknown = [key for key in wanted if key not in BY_KEY]
    if unknown:
        sentence = _("There is no Action called %(name)s. There are: %(names)s.")
        raise Refused("no-such-action", sentence % {"name": unknown[0], "names": ", ".join(BY_KEY)})
    return shipped(wanted)


def _is_deployed(action: ShippedAction) -> bool:
    return _compare(ActionsGateway.current(), (action,))[0].state is State.CURRENT


def _is_flow_changed(gateway: ActionsGateway, names: Sequence[str], *, is_bound: bool) -> bool:
    bound = {binding.name for binding in gateway.list_bindings()}
    return bound.issuperset(names) if is_bound else bound.isdisjoint(names)
