"""How factors and levels look on a page: words, icons and tones; decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import User
from enrollment.account.methods import Factor
from enrollment.account.protection import Advice, Level, Suggestion
from enrollment.account.removal import MfaRequirement, Removal, removal
from enrollment.account.sign_in import SignIn
from enrollment.gateways.tenant_policy import likely_offered_kinds
from enrollment.kinds.base import Kind, OfferWords, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


GOOD, NEUTRAL = "good", ""


@dataclass(frozen=True)
class Look:
    """A level of protection at a glance; the tone repeats what title and icon say already."""

    title: "StrOrPromise"
    icon: str
    tone: str


LOOKS = {
    Level.NONE: Look(gettext_lazy("No second factor"), "shield-alert", "bad"),
    Level.NOT_ASKED: Look(
        gettext_lazy("Second factor not asked for at every sign-in"), "shield-alert", "warn"
    ),
    Level.NOT_KNOWN: Look(gettext_lazy("Second factor set up"), "shield-half", "note"),
    Level.WEAK: Look(gettext_lazy("Weakly protected"), "shield-alert", "warn"),
    Level.FAIR: Look(gettext_lazy("Fairly well protected"), "shield-half", "note"),
    Level.GOOD: Look(gettext_lazy("Well protected"), "shield-check", "good"),
    Level.STRONG: Look(gettext_lazy("Very well protected"), "shield-check", "good"),
}


@dataclass(frozen=True)
class Mark:
    """A short word with an icon: a badge, or a line under a card."""

    text: "StrOrPromise"
    icon: str
    tone: str = NEUTRAL


@dataclass(frozen=True)
class Card:
    """A factor as the list shows it, with what may be done to it."""

    factor: Factor
    removal: Removal

    @property
    def title(self) -> str:
        return self.factor.name or self.factor.address or self.factor.type_label

    @property
    def is_named(self) -> bool:
        return self.title != self.factor.type_label

    @property
    def is_password(self) -> bool:
        return self.factor.kind.role is Role.PASSWORD

    @property
    def address(self) -> str:
        """The phone or mailbox, where the title is not already it."""
        return self.factor.address if self.factor.address != self.factor.title else ""

    @property
    def channels(self) -> str:
        return ", ".join(str(self.factor.kind.channels[name].name) for name in self.factor.channels)

    @property
    def badges(self) -> list[Mark]:
        return badges_of(self.factor)

    @property
    def notes(self) -> list[Mark]:
        notes = []
        if self.removal.goes_with and self.removal.allowed:
            notes.append(Mark(_linked(self.factor), "link"))
        if self.removal.refusal:
            notes.append(Mark(self.removal.refusal.sentence, "lock"))
        return notes


def _linked(factor: Factor) -> str:
    if factor.linked:
        return _("Two ways on one device: they were set up together and are removed together.")
    return _("Text messages and calls to this number belong together and are removed together.")


def badges_of(factor: Factor) -> list[Mark]:
    return [*_passkey_badges(factor), *_strength_badges(factor)]


def _passkey_badges(factor: Factor) -> list[Mark]:
    if factor.synced is None:
        return []
    if factor.synced:
        return [Mark(_("Synced to your devices"), "cloud")]
    return [Mark(_("On one device only"), "device")]


def _strength_badges(factor: Factor) -> list[Mark]:
    if factor.phishing_resistant:
        return [Mark(_("Phishing-resistant"), "shield-check", GOOD)]
    return [Mark(_("Codes can be intercepted"), "alert")] if factor.interceptable else []


def cards_of(factors: Sequence[Factor], mandate: MfaRequirement, sign_in: SignIn) -> list[Card]:
    """Everything but the recovery code, which has its own place."""
    return [
        Card(factor, removal(factor, factors, mandate, sign_in))
        for factor in factors
        if not factor.kind.is_recovery
    ]


def owned_of(factors: Sequence[Factor], kind: Kind) -> list[str]:
    """Name what somebody has of a kind, a method that goes with another one included."""
    return [factor.title for factor in factors if any(method.kind is kind for method in factor.methods)]


def recovery_code_of(factors: Sequence[Factor]) -> Factor | None:
    return next((factor for factor in factors if factor.kind.is_recovery), None)


@dataclass(frozen=True)
class Improvement:
    """A suggestion with the place where it is followed."""

    sentence: str
    url: str
    link: str


def improvement(suggestion: Suggestion) -> Improvement:
    if suggestion.code is Advice.MAKE_RECOVERY_CODE:
        return Improvement(suggestion.sentence, reverse("enrollment:recovery-code"), _("Make one"))
    return Improvement(suggestion.sentence, "#add", _("Choose one"))


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
