"""The kinds that a person may add, in words: what each is, what it asks for, what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.identity import User
from enrollment.account.methods import Factor
from enrollment.gateways.tenant_policy import likely_offered_kinds
from enrollment.kinds.base import Kind, OfferWords
from enrollment.views.view_models import owned_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Offer:
    """One kind on offer."""

    kind: Kind
    words: OfferWords

    @property
    def title(self) -> "StrOrPromise":
        return self.words.title

    @property
    def description(self) -> "StrOrPromise":
        return self.words.description

    @property
    def needs(self) -> "StrOrPromise":
        return self.words.needs

    @property
    def doing(self) -> "StrOrPromise":
        return self.words.doing

    @property
    def caveat(self) -> "StrOrPromise":
        return self.words.caveat

    @property
    def label(self) -> "StrOrPromise":
        return self.kind.label

    @property
    def icon(self) -> str:
        return self.kind.icon

    @property
    def phishing_resistant(self) -> bool:
        return self.kind.phishing_resistant


def offer_of(kind: Kind) -> Offer:
    """Return how a kind is offered; raises `ValueError` for one that is not."""
    if kind.offer is None:
        raise ValueError(f"{kind.value} is not on offer")
    return Offer(kind, kind.offer)


@dataclass(frozen=True)
class Offered:
    """An offer as one person's list has it: `owned` names what they have of the kind already."""

    offer: Offer
    owned: tuple[str, ...] = ()


def offered_to(person: User, factors: Sequence[Factor]) -> list[Offered]:
    """List what a person can add, strongest first, from what is known already."""
    return [Offered(offer_of(kind), tuple(owned_of(factors, kind))) for kind in likely_offered_kinds(person)]
