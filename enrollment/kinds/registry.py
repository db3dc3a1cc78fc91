"""The kinds of factor and the fixed facts about each; values are the Management API's type names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FactorKind(StrEnum):
    """What a person proves something with. `UNKNOWN` is any type Auth0 adds later: shown, not touched."""

    SECURITY_KEY = "webauthn-roaming"
    DEVICE_BIOMETRICS = "webauthn-platform"
    PASSKEY = "passkey"
    PUSH = "push"
    TOTP = "totp"
    PHONE = "phone"
    EMAIL = "email"
    RECOVERY_CODE = "recovery-code"
    PASSWORD = "password"  # noqa: S105 - the name of a kind, not a password
    VERIFIED_EMAIL = "email-verification"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, method_type: str) -> FactorKind:
        """Return the kind that a Management API type name stands for."""
        if method_type == "guardian":  # the older name of push
            return cls.PUSH
        try:
            return cls(method_type)
        except ValueError:
            return cls.UNKNOWN

    @property
    def facts(self) -> Facts:
        return FACTS[self]

    @property
    def label(self) -> StrOrPromise:
        return self.facts.label

    @property
    def icon(self) -> str:
        """The name of the kind's icon: one of the kind names, so that an unknown one has an icon too."""
        return self.value


@dataclass(frozen=True)
class Facts:
    """`strength` orders what an attacker has to beat: WebAuthn, push, TOTP, phone, e-mail, recovery code.

    A passkey is a first factor: after a sign-in with one Auth0 still asks for a second factor where one is
    demanded, so it is phishing-resistant and yet never counts as the second step.
    `independent` marks the second factors that stand alone; Auth0 calls e-mail a dependent factor.
    """

    label: StrOrPromise
    strength: int = 0
    second_factor: bool = False
    independent: bool = False
    phishing_resistant: bool = False
    removable: bool = True
    renamable: bool = True
    in_an_app: bool = False
    switch: str | None = None
    ticket: str | None = None


FACTS: dict[FactorKind, Facts] = {
    FactorKind.SECURITY_KEY: Facts(
        _("Security key"),
        strength=5,
        second_factor=True,
        independent=True,
        phishing_resistant=True,
        switch="webauthn-roaming",
        ticket="webauthn-roaming",
    ),
    FactorKind.DEVICE_BIOMETRICS: Facts(
        _("Fingerprint or face on a device"),
        strength=5,
        second_factor=True,
        independent=True,
        phishing_resistant=True,
        switch="webauthn-platform",
        ticket="webauthn-platform",
    ),
    FactorKind.PASSKEY: Facts(_("Passkey"), strength=5, phishing_resistant=True),
    FactorKind.PUSH: Facts(
        _("Push notification"),
        strength=4,
        second_factor=True,
        independent=True,
        in_an_app=True,
        switch="push-notification",
        ticket="push-notification",
    ),
    FactorKind.TOTP: Facts(
        _("Authenticator app"),
        strength=3,
        second_factor=True,
        independent=True,
        in_an_app=True,
        switch="otp",
        ticket="otp",
    ),
    FactorKind.PHONE: Facts(
        _("Phone"), strength=2, second_factor=True, independent=True, switch="sms", ticket="phone"
    ),
    FactorKind.EMAIL: Facts(_("E-mail"), strength=1, second_factor=True, switch="email"),
    FactorKind.RECOVERY_CODE: Facts(
        _("Recovery code"), removable=False, renamable=False, switch="recovery-code"
    ),
    FactorKind.PASSWORD: Facts(_("Password"), removable=False, renamable=False),
    FactorKind.VERIFIED_EMAIL: Facts(_("Verified e-mail address"), removable=False, renamable=False),
    FactorKind.UNKNOWN: Facts(_("Unknown kind"), removable=False, renamable=False),
}

# What a link to the tenant's own enrollment page can be made for.
ADDABLE_KINDS: tuple[FactorKind, ...] = tuple(kind for kind, facts in FACTS.items() if facts.ticket)
# What people may add themselves, by such a link or in the page; a recovery code has a page of its own.
OFFERABLE_KINDS: tuple[FactorKind, ...] = tuple(
    kind for kind, facts in FACTS.items() if facts.removable and kind is not FactorKind.UNKNOWN
)
