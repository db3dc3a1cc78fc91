"""How the tenant's Actions differ from the shipped ones, and where in its flow ours belong. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from enum import StrEnum

from enrollment.actions.files import SHIPPED, ShippedAction


@dataclass(frozen=True)
class TenantAction:
    """An Action at the tenant: its draft, and the code that runs (None where none was deployed)."""

    id: str
    name: str
    code: str
    deployed_code: str | None = None
    is_current: bool = False


@dataclass(frozen=True)
class Binding:
    """A place in the post-login flow; a new one has no id yet."""

    action_id: str
    name: str
    display_name: str = ""
    id: str = ""


class State(StrEnum):
    """What `deploy` would do: create, update and deploy, deploy alone, or nothing."""

    MISSING = "missing"
    DIFFERENT = "different"
    NOT_DEPLOYED = "not-deployed"
    CURRENT = "current"


@dataclass(frozen=True)
class Comparison:
    """A shipped Action beside the tenant's of that name; `code` is what is to run there."""

    action: ShippedAction
    code: str
    found: TenantAction | None
    is_bound: bool

    @property
    def state(self) -> State:
        if self.found is None:
            return State.MISSING
        if self.found.code != self.code:
            return State.DIFFERENT
        return State.CURRENT if self._runs else State.NOT_DEPLOYED

    @property
    def diff(self) -> str:
        """What would change of the code that runs."""
        runs = (self.found.deployed_code if self.found else None) or ""
        lines = unified_diff(
            runs.splitlines(),
            self.code.splitlines(),
            f"tenant/{self.action.key}",
            self.action.key,
            lineterm="",
        )
        return "\n".join(lines)

    @property
    def _runs(self) -> bool:
        return self.found is not None and self.found.is_current and self.found.deployed_code == self.code


def compared(
    actions: Iterable[ShippedAction],
    constants: Mapping[str, object],
    found: Iterable[TenantAction],
    bindings: Iterable[Binding],
) -> list[Comparison]:
    """Hold each shipped Action against the tenant's of its name."""
    by_name, bound = {each.name: each for each in found}, {binding.name for binding in bindings}
    return [
        Comparison(action, action.code(constants), by_name.get(action.name), action.name in bound)
        for action in actions
    ]


def with_bound(bindings: Sequence[Binding], wanted: Sequence[Comparison]) -> list[Binding]:
    """Return the flow with these in it. What is there does not move.

    A new one goes behind the last of ours that runs before it, else before the first that runs after it, else
    to the end.
    """
    flow = list(bindings)
    for each in wanted:
        if each.found and each.action.name not in [binding.name for binding in flow]:
            flow.insert(_place(flow, each.action), Binding(each.found.id, each.action.name, each.action.name))
    return flow


def without(bindings: Sequence[Binding], names: Iterable[str]) -> list[Binding]:
    """Return the flow without these."""
    gone = set(names)
    return [binding for binding in bindings if binding.name not in gone]


def _place(flow: Sequence[Binding], action: ShippedAction) -> int:
    order = [each.name for each in SHIPPED]
    here = order.index(action.name)
    earlier = [at for at, each in enumerate(flow) if each.name in order[:here]]
    if earlier:
        return earlier[-1] + 1
    later = [at for at, each in enumerate(flow) if each.name in order[here:]]
    return later[0] if later else len(flow)
