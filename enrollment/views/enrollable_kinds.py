"""The kinds that a person may add, in words: what each is, what it asks for, what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.identity import User
from enrollment.account.methods import Factor
from enrollment.gateways.tenant_policy import likely_offered_kinds
from enrollment.kinds.registry import FactorKind
from enrollment.views.view_models import owned_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Offer:
    """One kind on offer."""

    kind: FactorKind
    title: "StrOrPromise"
    description: "StrOrPromise"
    needs: "StrOrPromise"
    doing: "StrOrPromise"
    # An honest word on what it does not protect from.
    caveat: "StrOrPromise" = ""

    @property
    def label(self) -> "StrOrPromise":
        return self.kind.label

    @property
    def icon(self) -> str:
        return self.kind.icon

    @property
    def phishing_resistant(self) -> bool:
        return self.kind.facts.phishing_resistant


_OFFERS = (
    Offer(
        FactorKind.SECURITY_KEY,
        _("Add a security key"),
        _("A small key that you plug in or tap. Nothing to type, and nothing that a fake page could take."),
        _("Have the key at hand, and know its PIN if it has one."),
        _("You plug it in or hold it to the device, and touch it when it blinks."),
    ),
    Offer(
        FactorKind.DEVICE_BIOMETRICS,
        _("Add the fingerprint or face of this device"),
        _("The fingerprint, face or screen lock of the device in your hands. It works on this device alone."),
        _("Use the device that you want to sign in with, and have its screen lock set up."),
        _("The device asks for your fingerprint, your face or its PIN."),
    ),
    Offer(
        FactorKind.PASSKEY,
        _("Add a passkey"),
        _("Sign in with your fingerprint, face or PIN in place of the password. No fake page can take it."),
        _("Use a device with a screen lock, or a password manager that keeps passkeys."),
        _("Your browser asks where to keep it, then your device asks for your fingerprint, face or PIN."),
    ),
    Offer(
        FactorKind.PUSH,
        _("Add push notifications"),
        _("Your phone asks whether it is you; you say yes or no. Without a network, it gives you codes."),
        _("Have your phone at hand, with the Auth0 Guardian app on it."),
        _("You scan a picture with the app, and from then on it asks you."),
        _("Say yes only when you are signing in yourself: somebody with your password can make it ask."),
    ),
    Offer(
        FactorKind.TOTP,
        _("Add an authenticator app"),
        _("Six digits from an app on your phone. Any authenticator app will do, and it needs no network."),
        _("Have your phone at hand, with an authenticator app on it."),
        _("You scan a picture with the app, then type the six digits that it shows."),
    ),
    Offer(
        FactorKind.PHONE,
        _("Add a phone number"),
        _("A code by text message or call. Easy to set up, and the easiest to intercept: better as a spare."),
        _("Have the phone at hand, and reception."),
        _("You give the number, receive a code, and type it."),
        _(
            "Somebody who talks your phone company into moving your number to their SIM card gets your "
            "codes. An app or a key cannot be taken like that."
        ),
    ),
    Offer(
        FactorKind.EMAIL,
        _("Add an e-mail address"),
        _("A code by e-mail. Only as safe as the mailbox, so it is a spare and nothing more."),
        _("Be able to read your mail now."),
        _("You give the address, receive a code, and type it."),
        _("Whoever reads your mail gets your codes, and may be able to reset your password with it as well."),
    ),
)
OFFERS: dict[FactorKind, Offer] = {offer.kind: offer for offer in _OFFERS}


@dataclass(frozen=True)
class Offered:
    """An offer as one person's list has it: `owned` names what they have of the kind already."""

    offer: Offer
    owned: tuple[str, ...] = ()


def offered_to(person: User, factors: Sequence[Factor]) -> list[Offered]:
    """List what a person can add, strongest first, from what is known already."""
    return [Offered(OFFERS[kind], tuple(owned_of(factors, kind))) for kind in likely_offered_kinds(person)]
