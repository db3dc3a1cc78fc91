"""The kinds of factor that this site knows, and how to find one by the names that the tenant has for it.

A host adds its own kind with `register(…)`, in the `ready()` of one of its apps.
"""

from __future__ import annotations

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
from enrollment.kinds.base import Kind, Listed

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; raises `ValueError` where its value is taken."""
    if kind.value in _kinds:
        raise ValueError(f"The kind {kind.value} is registered already.")
    _kinds[kind.value] = kind


def unregister(kind: Kind) -> None:
    """Take a kind out again; raises `KeyError` where it is not registered."""
    del _kinds[kind.value]


def kinds() -> tuple[Kind, ...]:
    """Return every kind; in this order people see those of the same strength."""
    return tuple(_kinds.values())


def kind_named(value: str) -> Kind:
    """Return the kind of a stored value; raises `ValueError` where there is none."""
    if (kind := _kinds.get(value)) is None:
        raise ValueError(f"There is no kind {value!r}.")
    return kind


def kind_of_type(name: str) -> Kind:
    """Return the kind that a type name of either API, or a stored value, stands for."""
    return next((kind for kind in kinds() if name in kind.type_names), unknown.KIND)


def kind_of_method(method: Listed) -> Kind:
    """Return a method's kind: one that rides on another's type is asked before that one."""
    riding = (kind for kind in kinds() if kind.recognises and kind.recognises(method))
    return next(riding, None) or kind_of_type(method.type)


def kind_in_log(name: str) -> Kind:
    """Return the kind that a name in the tenant's log stands for."""
    return next((kind for kind in kinds() if name in kind.log_names), None) or kind_of_type(name)


def recovery_kind() -> Kind:
    """Return the kind that stands in for a second factor; there is one."""
    return next(kind for kind in kinds() if kind.is_recovery)


def by_link() -> tuple[Kind, ...]:
    """Return what a link to the tenant's own enrollment page can be made for."""
    return tuple(kind for kind in kinds() if kind.ticket)


def on_offer() -> tuple[Kind, ...]:
    """Return what people may add themselves, in the page or by a link; recovery codes have their own."""
    return tuple(kind for kind in kinds() if kind.offer)


def advised() -> tuple[Kind, ...]:
    """Return what people are advised to add, best first."""
    ranked = [(kind.advised, kind) for kind in kinds() if kind.advised is not None]
    return tuple(kind for _rank, kind in sorted(ranked, key=lambda each: each[0]))


for _kind in (
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
):
    register(_kind)
