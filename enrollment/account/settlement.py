"""What becomes of a change whose answer was lost: read off the tenant's lists; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from enrollment.account.methods import Factor, Method

# A list that could not be read for so long tells nothing any more of a change of that time.
LIST_AWAITED_FOR = timedelta(days=1)


class Settlement(StrEnum):
    """`WAIT`: it may still be carried out, or the list is yet to be read."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"
    WAIT = "wait"


@dataclass(frozen=True)
class TenantState:
    """What the tenant offers (its switches) and demands of everybody; None where that was not read.

    `running`: the marks (`action_mark`) of the code of Actions that is deployed, by their names. `bound`: the
    names of those in the post-login flow.
    """

    switches: Mapping[str, bool] | None = None
    policies: tuple[str, ...] | None = None
    running: Mapping[str, str] | None = None
    bound: frozenset[str] | None = None


@dataclass(frozen=True)
class Expected:
    """What the list shows once a change is made; with nothing in it, no list tells.

    `gone`: ids of methods that are not listed any more. `name`: what the method `renamed` is called.
    `old_code`: the mark of the recovery code before (`code_mark`), which another one replaces; None where no
    code is made. Of the whole tenant: how `switch` stands (`enabled`), which `policies` are in force, whether
    the Action `deployed` runs this code (`action_code`, its mark), or which Actions are in the flow (`bound`)
    or not (`unbound`).
    """

    gone: tuple[str, ...] = ()
    renamed: str = ""
    name: str = ""
    old_code: str | None = None
    # Sessions at the tenant that are to end. No list of methods tells.
    sessions: tuple[str, ...] = ()
    switch: str = ""
    enabled: bool = False
    policies: tuple[str, ...] | None = None
    deployed: str = ""
    action_code: str = ""
    bound: tuple[str, ...] = ()
    unbound: tuple[str, ...] = ()

    @classmethod
    def without(cls, factors: Iterable[Factor]) -> Self:
        return cls(gone=tuple(sorted(method_id for factor in factors for method_id in factor.method_ids)))

    @classmethod
    def new_code(cls, factors: Iterable[Factor]) -> Self:
        return cls(old_code=code_mark(method for factor in factors for method in factor.methods))

    @property
    def is_listed(self) -> bool:
        return bool(self.gone or self.renamed or self.old_code is not None) or self.is_tenant_wide

    @property
    def is_tenant_wide(self) -> bool:
        return bool(self.switch) or self.policies is not None or self.is_about_actions

    @property
    def is_about_actions(self) -> bool:
        return bool(self.deployed or self.bound or self.unbound)

    @property
    def may_be_overtaken(self) -> bool:
        """Whether doing the same again can hide what became of it; what is gone stays gone."""
        return bool(self.renamed) or self.old_code is not None or self.is_tenant_wide

    def dump(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Self:
        names = ("gone", "sessions", "policies", "bound", "unbound")
        tuples = {name: tuple(stored[name]) for name in names if stored.get(name) is not None}
        return cls(**{**stored, **tuples})


NOTHING_LISTED = Expected()


def code_mark(methods: Iterable[Method]) -> str:
    """Tell one recovery code from the next, by the tenant's words, not by a clock; empty for none."""
    codes = (method for method in methods if method.kind.is_recovery)
    return " ".join(f"{m.id} {m.created_at} {m.enrolled_at}" for m in codes)


def action_mark(code: str) -> str:
    """Tell one text of an Action from another."""
    return sha256(code.encode()).hexdigest()


def settle(
    expected: Expected,
    seen: Sequence[Method] | TenantState | None,
    *,
    begun_at: datetime,
    busy_until: datetime,
    now: datetime,
    overtaken: bool = False,
) -> Settlement:
    """Judge a change by what was read now, or by nothing where it could not be.

    Until `busy_until` it may still be carried out. `overtaken`: the same was tried again, and may be what
    the list shows.
    """
    if isinstance(seen, TenantState):
        shown = _shown_by_tenant(expected, seen, overtaken=overtaken)
    else:
        shown = _shown(expected, seen, overtaken=overtaken)
    if shown is Settlement.DONE or now >= busy_until:
        is_late = not expected.is_listed or now >= begun_at + LIST_AWAITED_FOR
        return Settlement.UNKNOWN if shown is Settlement.WAIT and is_late else shown
    return Settlement.WAIT


def _shown(expected: Expected, methods: Sequence[Method] | None, *, overtaken: bool) -> Settlement:
    """Read the list; `WAIT` where there is none, or nothing to look for."""
    if methods is None or not expected.is_listed or expected.is_tenant_wide:
        return Settlement.WAIT
    if expected.gone:
        left = set(expected.gone) & {method.id for method in methods}
        if not left:
            return Settlement.DONE
        return Settlement.NOT_DONE if len(left) == len(set(expected.gone)) else Settlement.UNKNOWN
    if expected.renamed:
        return _renamed(expected, methods, overtaken=overtaken)
    mark = code_mark(methods)
    if mark == expected.old_code:
        return Settlement.NOT_DONE
    return Settlement.UNKNOWN if overtaken or not mark else Settlement.DONE


def _renamed(expected: Expected, methods: Sequence[Method], *, overtaken: bool) -> Settlement:
    method = next((method for method in methods if method.id == expected.renamed), None)
    if method is not None and method.name == expected.name:
        return Settlement.DONE
    # Removed since, or given a third name: either may have come after it.
    return Settlement.UNKNOWN if method is None or overtaken else Settlement.NOT_DONE


def _shown_by_tenant(expected: Expected, seen: TenantState, *, overtaken: bool) -> Settlement:
    is_so = _is_so(expected, seen)
    if is_so is None:
        return Settlement.WAIT
    if is_so:
        return Settlement.DONE
    # Somebody may have changed it back.
    return Settlement.UNKNOWN if overtaken else Settlement.NOT_DONE


def _is_so(expected: Expected, seen: TenantState) -> bool | None:
    if expected.switch and seen.switches is not None:
        return seen.switches.get(expected.switch) is expected.enabled
    if expected.policies is not None and seen.policies is not None:
        return seen.policies == expected.policies
    if expected.deployed and seen.running is not None:
        return seen.running.get(expected.deployed) == expected.action_code
    if (expected.bound or expected.unbound) and seen.bound is not None:
        return seen.bound.issuperset(expected.bound) and seen.bound.isdisjoint(expected.unbound)
    return None
