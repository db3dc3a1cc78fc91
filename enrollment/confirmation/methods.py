"""The ways in which an enrollment in the page is confirmed."""

from enum import StrEnum


class ConfirmationMethod(StrEnum):
    """What confirms an enrollment."""

    APP_CODE = "app-code"  # a code that an app computes from the secret it was given
    SENT_CODE = "sent-code"  # a code that was sent to a phone or a mailbox
    SCAN = "scan"  # an app that scans the QR code and tells the tenant by itself
    CEREMONY = "ceremony"  # the browser's own dialog with an authenticator


TYPED = (ConfirmationMethod.APP_CODE, ConfirmationMethod.SENT_CODE)


def is_retriable(way: ConfirmationMethod) -> bool:
    """Whether the same enrollment takes another proof after one: a challenge of WebAuthn answers just one."""
    return way is not ConfirmationMethod.CEREMONY
