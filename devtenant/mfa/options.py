"""What a person can answer a challenge with, best first, and what they could still set up."""

from __future__ import annotations

from dataclasses import dataclass

from devtenant import methods as catalogue
from devtenant.mfa import kinds, masking
from devtenant.mfa.kinds import Kind
from devtenant.records import Method, User
from devtenant.store import Store


@dataclass(frozen=True)
class Option:
    """One line of "Try another method": a kind, and the enrolled methods that can answer it."""

    kind: Kind
    methods: tuple[Method, ...]
    to: str = ""

    @property
    def id(self) -> str:
        """Tells two numbers or two phones apart; all keys and all apps of a kind are one option."""
        return f"{self.kind.name}:{self.methods[0].id}" if self.to else self.kind.name

    @property
    def detail(self) -> str:
        """Which of several, without giving a number or an address away."""
        if self.kind.name == "push-notification":
            return self.methods[0].name
        return masking.email(self.to) if "@" in self.to else masking.phone(self.to)

    @property
    def used_at(self) -> float:
        return max((method.last_auth_at or 0.0 for method in self.methods), default=0.0)

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Most recently used, then strongest; what is for emergencies comes last."""
        spare = self.kind.name == "recovery-code" or self.methods[0].type == catalogue.AUTO_EMAIL
        return (not spare, self.used_at, self.kind.strength)


def challenges(store: Store, user: User) -> list[Option]:
    """Everything this person can answer a challenge with, the best first: nothing where none stands alone."""
    found = answers(store, user)
    return found if any(stands_alone(option) for option in found) else []


def answers(store: Store, user: User) -> list[Option]:
    """The same for a challenge that an Action names the factors of, which may be dependent ones."""
    usable = [method for method in catalogue.listed(store, user) if method.confirmed]
    found = [option for kind in kinds.ALL if enabled(store, kind) for option in _options(kind, usable)]
    return sorted(found, key=lambda option: option.rank, reverse=True)


def stands_alone(option: Option) -> bool:
    """A verified address and a recovery code help out, but are no second factor by themselves."""
    return option.kind.name != "recovery-code" and option.methods[0].type != catalogue.AUTO_EMAIL


def enrollable(store: Store, allowed: tuple[str, ...]) -> list[Kind]:
    """The kinds that the tenant has on, dependent ones beside an independent one only."""
    independent = any(enabled(store, kind) for kind in kinds.ALL if kind.name not in kinds.DEPENDENT)
    return [
        kind
        for kind in kinds.ALL
        if kind.name in allowed
        and kind.name != "recovery-code"
        and enabled(store, kind)
        and (independent or kind.name not in kinds.DEPENDENT)
    ]


def enabled(store: Store, kind: Kind) -> bool:
    if not store.settings.factors.get(kind.factor, False):
        return False
    return kind.name not in kinds.PHONE or kind.name in store.settings.phone_message_types


def _options(kind: Kind, usable: list[Method]) -> list[Option]:
    types = (kind.method_type, catalogue.AUTO_EMAIL) if kind.name == "email" else (kind.method_type,)
    fitting = tuple(method for method in usable if method.type in types)
    if not fitting:
        return []
    if kind.name in kinds.PHONE:
        return [Option(kind, (method,), method.phone_number or "") for method in fitting]
    if kind.name == "email":
        return [Option(kind, (method,), method.email or "") for method in fitting]
    if kind.name == "push-notification":
        return [Option(kind, (method,), method.id) for method in fitting]
    return [Option(kind, fitting)]
