"""All kinds of factor, and how to find one by the names that the tenant has for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from enrollment.kinds import (
    device,
    email,
    passkey,
    password,
    phone,
    push,
    recovery_code,
    security_key,
    totp,
    unknown,
    verified_email,
)
from enrollment.kinds.base import Kind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FactorKind(StrEnum):
    """What a person proves something with; the values are what is stored, `facts` is the kind's own file."""

    SECURITY_KEY = security_key.KIND.value
    DEVICE_BIOMETRICS = device.KIND.value
    PASSKEY = passkey.KIND.value
    PUSH = push.KIND.value
    TOTP = totp.KIND.value
    PHONE = phone.KIND.value
    EMAIL = email.KIND.value
    RECOVERY_CODE = recovery_code.KIND.value
    PASSWORD = password.KIND.value
    VERIFIED_EMAIL = verified_email.KIND.value
    UNKNOWN = unknown.KIND.value

    @classmethod
    def of(cls, method_type: str) -> FactorKind:
        """Return the kind that a type name of either API stands for."""
        return _BY_TYPE.get(method_type, cls.UNKNOWN)

    @property
    def facts(self) -> Kind:
        return FACTS[self]

    @property
    def label(self) -> StrOrPromise:
        return self.facts.label

    @property
    def icon(self) -> str:
        """The name of the kind's icon: one of the kind names, so that an unknown one has an icon too."""
        return self.value


FACTS: dict[FactorKind, Kind] = {
    FactorKind(kind.value): kind
    for kind in (
        security_key.KIND,
        device.KIND,
        passkey.KIND,
        push.KIND,
        totp.KIND,
        phone.KIND,
        email.KIND,
        recovery_code.KIND,
        password.KIND,
        verified_email.KIND,
        unknown.KIND,
    )
}
_BY_TYPE: dict[str, FactorKind] = {name: kind for kind, facts in FACTS.items() for name in facts.type_names}
_BY_LOG_NAME: dict[str, FactorKind] = {
    name: kind for kind, facts in FACTS.items() for name in facts.log_names
}

# What a link to the tenant's own enrollment page can be made for.
ADDABLE_KINDS: tuple[FactorKind, ...] = tuple(kind for kind, facts in FACTS.items() if facts.ticket)
# Added in the page; every other kind takes the tenant's own page.
ENROLLABLE: tuple[FactorKind, ...] = tuple(kind for kind, facts in FACTS.items() if facts.confirmation)
# What people may add themselves, by such a link or in the page; a recovery code has a page of its own.
OFFERABLE_KINDS: tuple[FactorKind, ...] = tuple(kind for kind, facts in FACTS.items() if facts.offer)


def advised_kinds() -> tuple[FactorKind, ...]:
    """Return what people are advised to add, best first."""
    ranks = {kind: facts.advised for kind, facts in FACTS.items() if facts.advised is not None}
    return tuple(sorted(ranks, key=lambda kind: ranks[kind]))


def kind_in_log(name: str) -> FactorKind:
    """Return the kind that a name in the tenant's log stands for."""
    return _BY_LOG_NAME.get(name) or FactorKind.of(name)
