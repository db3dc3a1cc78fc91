"""What a kind of factor is made of; each kind fills one in, in a file of its own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from enrollment.confirmation.methods import ConfirmationMethod


class SentTo(StrEnum):
    """Where a code goes; it decides what is asked before the enrollment begins, and what the API is told."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class OfferWords:
    """What a person reads before adding a factor; the caveat says what it does not protect from."""

    title: StrOrPromise
    description: StrOrPromise
    needs: StrOrPromise
    doing: StrOrPromise
    caveat: StrOrPromise = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """Everything that is true of one kind.

    `value` is the Management API's type name, which is stored and stands in URLs. `strength` orders what an
    attacker has to beat: WebAuthn, push, TOTP, phone, e-mail, recovery code. A passkey is a first factor:
    after a sign-in with one Auth0 still asks for a second factor where one is demanded, so it is
    phishing-resistant and yet never counts as the second step.
    """

    value: str
    label: StrOrPromise
    # How much it protects.
    strength: int = 0
    first_factor: bool = False
    second_factor: bool = False
    # A second factor that suffices alone; Auth0 calls e-mail a dependent factor.
    independent: bool = False
    phishing_resistant: bool = False
    # A code that travels can be taken on its way.
    interceptable: bool = False
    # What may be done with it.
    removable: bool = True
    why_not_removable: StrOrPromise = ""
    renamable: bool = True
    in_an_app: bool = False
    # Names at the tenant: the switch for all, the ticket's, the My Account API's, further ones.
    switch: str | None = None
    # The tenant may not offer it as the only one (a person may well have no other).
    dependent_switch: bool = False
    ticket: str | None = None
    my_account_type: str | None = None
    other_types: tuple[str, ...] = ()
    log_names: tuple[str, ...] = ()
    # Who can have one: it belongs to an identity whose `sub` begins like this.
    subject_prefix: str = ""
    # How it is added in the page; none where only the tenant's own page can.
    confirmation: ConfirmationMethod | None = None
    sent_to: SentTo | None = None
    # Words: inside a sentence, with and without a name; before and after adding; a name to begin with.
    phrase: StrOrPromise = ""
    named_phrase: StrOrPromise = ""
    offer: OfferWords | None = None
    use: StrOrPromise = ""
    default_name: StrOrPromise = ""
    named_by_maker: bool = False
    # The place among what is advised, best first; nothing where it is not. A spare works on other devices.
    advised: int | None = None
    spare: bool = False

    @property
    def type_names(self) -> frozenset[str]:
        """Its names as a method's type, in either API."""
        return frozenset({self.value, *self.other_types, self.my_account_type or self.value})

    def is_for(self, sub: str) -> bool:
        """Whether this identity can have one."""
        return sub.startswith(self.subject_prefix)

    def is_offered(self, sub: str, switches: Callable[[], Mapping[str, bool]]) -> bool:
        """Whether the tenant offers it to this identity; where there is no switch, trying tells.

        The switches are read only where there is one: a tenant that cannot be asked stops nothing else.
        """
        return self.is_for(sub) and (self.switch is None or switches().get(self.switch, False))
