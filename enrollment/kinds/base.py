"""What a kind of factor is made of; each kind fills one in, in a file of that name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from enrollment.confirmation.base import ConfirmationMethod


class Role(StrEnum):
    """What a kind is to a sign-in."""

    PASSWORD = "password"  # noqa: S105 - the name of a role
    # Signs one in in place of the password. After that Auth0 still asks for a second factor where one is
    # demanded; whether it counts as one on this site, STEP_UP_PASSKEY_IS_MFA says.
    PASSWORDLESS = "passwordless"
    SECOND_FACTOR = "second-factor"
    # Stands in for a second factor once.
    RECOVERY = "recovery"
    # Belongs to the account itself, and proves nothing at a sign-in.
    ACCOUNT = "account"
    # Nobody knows.
    UNKNOWN = "unknown"


class Listed(Protocol):
    """What can be told of a method, as the tenant lists it, before its kind is known."""

    @property
    def type(self) -> str: ...
    @property
    def preferred(self) -> str | None: ...
    @property
    def nested(self) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A way for a code to travel: inside a sentence, as a choice, and once a code is under way."""

    name: StrOrPromise
    choice: StrOrPromise
    on_its_way: StrOrPromise
    reaches_landlines: bool = True


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


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Kind:
    """Everything that is true of one kind.

    `value` is the Management API's type name, or the site's own for a kind that rides on another's type; it
    is stored, stands in URLs and logs, and names the icon. `strength` orders what an attacker has to beat:
    WebAuthn, push, TOTP, phone, email, recovery code.
    """

    value: str
    label: StrOrPromise
    role: Role
    # How much it protects.
    strength: int = 0
    # A second factor that suffices alone; Auth0 calls email a dependent factor.
    independent: bool = False
    # The shipped Action for sign-in asks for it where it is the only one: STAND_ALONE in its file.
    asked_for_alone: bool = False
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
    # What tells its methods from others of the same type; asked before the kind whose type that is.
    recognises: Callable[[Listed], bool] | None = None
    # Who can have one: it belongs to an identity whose `sub` begins like this.
    subject_prefix: str = ""
    # How it is added in the page; none where only the tenant's own page can.
    confirmation: ConfirmationMethod | None = None
    sent_to: SentTo | None = None
    # How a code may travel there, by the tenant's names, the usual way first.
    channels: Mapping[str, Channel] = field(default_factory=dict)
    # Words: inside a sentence, with and without a name; before and after adding; a name to begin with.
    phrase: StrOrPromise = ""
    named_phrase: StrOrPromise = ""
    offer: OfferWords | None = None
    use: StrOrPromise = ""
    default_name: StrOrPromise = ""
    named_by_maker: bool = False
    # The label together with a linked method of another kind, by that kind's value.
    labels_with: Mapping[str, StrOrPromise] = field(default_factory=dict)
    # It can be copied to the person's other devices, and the tenant says whether it is.
    syncable: bool = False
    # The place among what is advised, best first; nothing where it is not. A spare works on other devices.
    advised: int | None = None
    spare: bool = False

    def __repr__(self) -> str:
        return f"<Kind {self.value}>"

    @cached_property
    def type_names(self) -> frozenset[str]:
        """The types that stand for it, in either API; what it rides on stands for somebody else."""
        own = {self.value, *self.other_types}
        return frozenset(own if self.recognises else own | {self.my_account_type or self.value})

    @property
    def icon(self) -> str:
        return self.value

    @property
    def first_factor(self) -> bool:
        return self.role in (Role.PASSWORD, Role.PASSWORDLESS)

    @property
    def second_factor(self) -> bool:
        return self.role is Role.SECOND_FACTOR

    @property
    def is_passkey(self) -> bool:
        """Whether it signs one in, and no fake page can take it."""
        return self.first_factor and self.phishing_resistant

    @property
    def is_recovery(self) -> bool:
        return self.role is Role.RECOVERY

    @property
    def is_unknown(self) -> bool:
        return self.role is Role.UNKNOWN

    def label_beside(self, others: Iterable[Kind]) -> StrOrPromise:
        """Return what it is called where methods of other kinds were set up along with it."""
        return next((self.labels_with[o.value] for o in others if o.value in self.labels_with), self.label)

    def is_for(self, sub: str) -> bool:
        """Whether this identity can have one."""
        return sub.startswith(self.subject_prefix)

    def is_offered(self, sub: str, switches: Callable[[], Mapping[str, bool]]) -> bool:
        """Whether the tenant offers it to this identity; where there is no switch, trying tells.

        The switches are read only where there is one: a tenant that cannot be asked stops nothing else.
        """
        return self.is_for(sub) and (self.switch is None or switches().get(self.switch, False))
