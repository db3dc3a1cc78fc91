"""How each kind that can be added in the page is confirmed."""

from enum import StrEnum

from enrollment.kinds.registry import FactorKind


class ConfirmationMethod(StrEnum):
    """What confirms an enrollment."""

    APP_CODE = "app-code"  # a code that an app computes from the secret it was given
    SENT_CODE = "sent-code"  # a code that was sent to a phone or a mailbox
    SCAN = "scan"  # an app that scans the QR code and tells the tenant by itself
    CEREMONY = "ceremony"  # the browser's own dialog with an authenticator


METHODS: dict[FactorKind, ConfirmationMethod] = {
    FactorKind.PASSKEY: ConfirmationMethod.CEREMONY,
    FactorKind.PUSH: ConfirmationMethod.SCAN,
    FactorKind.TOTP: ConfirmationMethod.APP_CODE,
    FactorKind.PHONE: ConfirmationMethod.SENT_CODE,
    FactorKind.EMAIL: ConfirmationMethod.SENT_CODE,
}
# Added in the page; every other kind takes the tenant's own page.
ENROLLABLE: tuple[FactorKind, ...] = tuple(METHODS)
TYPED = (ConfirmationMethod.APP_CODE, ConfirmationMethod.SENT_CODE)


def confirmation_method_of(kind: FactorKind | str) -> ConfirmationMethod:
    return METHODS[FactorKind(kind)]


def is_retriable(way: ConfirmationMethod) -> bool:
    """Whether the same enrollment takes another proof after one: a challenge of WebAuthn answers just one."""
    return way is not ConfirmationMethod.CEREMONY
