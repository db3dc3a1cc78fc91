"""Authentication methods to factors: what was enrolled together, and is deleted together, is one factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_of_method, kinds


@dataclass(frozen=True)
class Method:
    """An authentication method as the tenant lists it, in neutral types; phone and email are masked."""

    id: str
    type: str
    name: str = ""
    confirmed: bool | None = None
    created_at: datetime | None = None
    enrolled_at: datetime | None = None
    last_auth_at: datetime | None = None
    link_id: str | None = None
    nested: tuple[tuple[str, str], ...] = ()
    preferred: str | None = None
    phone: str = ""
    email: str = ""
    backed_up: bool | None = None
    aaguid: str | None = None
    user_agent: str = ""

    @property
    def kind(self) -> Kind:
        return kind_of_method(self)

    @property
    def ties(self) -> set[str]:
        """Ids that tie this method to others: its own, its link, and those of its nested methods."""
        return {tie for tie in (self.id, self.link_id, *(nested for _type, nested in self.nested)) if tie}


@dataclass(frozen=True)
class Factor:
    """One thing a person has: a key, an app, a phone. `methods[0]` is the strongest; it gives id and kind."""

    methods: tuple[Method, ...]

    @property
    def main(self) -> Method:
        return self.methods[0]

    @property
    def id(self) -> str:
        return self.main.id

    @property
    def kind(self) -> Kind:
        return self.main.kind

    @property
    def icon(self) -> str:
        return self.kind.icon

    @property
    def linked(self) -> tuple[Method, ...]:
        """The other methods, which Auth0 deletes along with this one."""
        return self.methods[1:]

    @property
    def method_ids(self) -> frozenset[str]:
        return frozenset(method.id for method in self.methods)

    @property
    def name(self) -> str:
        """The name somebody gave it, or nothing."""
        return next((method.name for method in self.methods if method.name), "")

    @property
    def address(self) -> str:
        """The masked phone number or email address, or nothing."""
        return next((m.phone or m.email for m in self.methods if m.phone or m.email), "")

    @property
    def title(self) -> str:
        """What to call it in one line: its name, else its address, else its kind."""
        return self.own_name or str(self.kind.label)

    @property
    def own_name(self) -> str:
        """Its name or address, as it may be kept: nothing in a language of the moment."""
        return self.name or self.address

    @property
    def type_label(self) -> str:
        """The kind in words; an unknown kind says which type name the tenant used."""
        if self.kind.is_unknown:
            return _("Unknown kind (%(type)s)") % {"type": self.main.type}
        return str(self.kind.label_beside(method.kind for method in self.linked))

    @property
    def channels(self) -> tuple[str, ...]:
        """How its codes travel, by the tenant's names, the preferred way first."""
        found = {t for m in self.methods for t, _id in m.nested} | {m.preferred or "" for m in self.methods}
        names = (name for name in self.kind.channels if name in found)
        return tuple(sorted(names, key=lambda name: name != self.main.preferred))

    @property
    def added_at(self) -> datetime | None:
        return min((m.enrolled_at or m.created_at for m in self.methods if m.created_at), default=None)

    @property
    def last_used_at(self) -> datetime | None:
        return max((m.last_auth_at for m in self.methods if m.last_auth_at), default=None)

    @property
    def synced(self) -> bool | None:
        """Whether a passkey is copied to the person's other devices; None where that cannot be known."""
        return self.main.backed_up if self.kind.syncable else None

    @property
    def user_agent(self) -> str:
        return self.main.user_agent

    @property
    def strength(self) -> int:
        return self.kind.strength

    @property
    def is_second_factor(self) -> bool:
        return self.kind.second_factor

    @property
    def is_independent(self) -> bool:
        """Whether it is a second factor that suffices alone where one is demanded; email does not."""
        return self.kind.independent

    @property
    def phishing_resistant(self) -> bool:
        return self.kind.phishing_resistant

    @property
    def interceptable(self) -> bool:
        """Whether its codes can be taken on their way."""
        return self.kind.interceptable

    @property
    def removable(self) -> bool:
        """Whether things of this kind can be removed at all; `removal()` says whether this one may be."""
        return self.kind.removable and all(m.kind.removable for m in self.methods)

    @property
    def renamable(self) -> bool:
        return self.kind.renamable


def factors_from(methods: Iterable[Method]) -> tuple[Factor, ...]:
    """Group methods into factors, strongest first, oldest first within a strength.

    An abandoned enrollment (`confirmed: false`) stays in Auth0's list and protects nothing: it is left out.
    """
    groups: list[list[Method]] = []
    for method in methods:
        if method.confirmed is not False:
            _join(groups, method)
    factors = [Factor(tuple(sorted(group, key=lambda m: -m.kind.strength))) for group in groups]
    return tuple(sorted(factors, key=_rank))


def _join(groups: list[list[Method]], method: Method) -> None:
    """Put the method into the group it is tied to; a method that ties several groups makes them one."""
    tied = [group for group in groups if any(method.ties & other.ties for other in group)]
    merged = [other for group in tied for other in group] + [method]
    groups[:] = [group for group in groups if group not in tied] + [merged]


def _rank(factor: Factor) -> tuple[int, int, float]:
    added = factor.added_at
    return (-factor.strength, kinds().index(factor.kind), added.timestamp() if added else 0.0)


def has_second_factor(factors: Iterable[Factor]) -> bool:
    """Whether there is something to step up with; an unknown kind may well be, so it counts here.

    Email alone is nothing: whoever is asked for more than that enrolls something, and proves nothing by it.
    """
    return any(f.is_independent or f.kind.is_unknown for f in factors)


def has_passkey(factors: Iterable[Factor]) -> bool:
    """Whether there is one to sign in with."""
    return any(f.kind.is_passkey for f in factors)
