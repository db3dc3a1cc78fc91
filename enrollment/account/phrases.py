"""How factors are spoken of inside a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.account.methods import Factor
from enrollment.kinds.registry import FactorKind

BARE = {
    FactorKind.SECURITY_KEY: gettext_lazy("a security key"),
    FactorKind.DEVICE_BIOMETRICS: gettext_lazy("a fingerprint or face on a device"),
    FactorKind.PASSKEY: gettext_lazy("a passkey"),
    FactorKind.PUSH: gettext_lazy("a push notification"),
    FactorKind.TOTP: gettext_lazy("a code from an authenticator app"),
    FactorKind.PHONE: gettext_lazy("a code sent to a phone"),
    FactorKind.EMAIL: gettext_lazy("a code sent by e-mail"),
    FactorKind.PASSWORD: gettext_lazy("the password"),
}
NAMED = {
    FactorKind.SECURITY_KEY: gettext_lazy("the security key “%(name)s”"),
    FactorKind.DEVICE_BIOMETRICS: gettext_lazy("the fingerprint or face on “%(name)s”"),
    FactorKind.PASSKEY: gettext_lazy("the passkey “%(name)s”"),
    FactorKind.PUSH: gettext_lazy("a push notification on “%(name)s”"),
    FactorKind.TOTP: gettext_lazy("a code from the app “%(name)s”"),
    FactorKind.PHONE: gettext_lazy("a code sent to the phone “%(name)s”"),
    FactorKind.EMAIL: gettext_lazy("a code sent to the mailbox “%(name)s”"),
}


def phrase(factor: Factor) -> str:
    """Say what using this factor takes: "a code from the app “Pixel”"."""
    name = factor.name or factor.address
    if name and factor.kind in NAMED:
        return str(NAMED[factor.kind]) % {"name": name}
    return str(BARE.get(factor.kind, factor.title))


def any_of(items: Sequence[str]) -> str:
    """Join alternatives: "a", "a or b", "a, b or c"."""
    *first, last = items
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def day(factor: Factor) -> str:
    return date_format(factor.added_at, "DATE_FORMAT") if factor.added_at else ""
