"""How each kind that can be added in the page is confirmed."""

from enum import StrEnum

from enrollment.factors.kinds import FactorKind


class Way(StrEnum):
    """What confirms an enrollment."""

    APP_CODE = "app-code"  # a code that an app computes from the secret it was given
    SENT_CODE = "sent-code"  # a code that was sent to a phone or a mailbox
    SCAN = "scan"  # an app that scans the QR code and tells the tenant by itself
    CEREMONY = "ceremony"  # the browser's own dialog with an authenticator


WAYS: dict[FactorKind, Way] = {
    FactorKind.PASSKEY: Way.CEREMONY,
    FactorKind.PUSH: Way.SCAN,
    FactorKind.TOTP: Way.APP_CODE,
    FactorKind.PHONE: Way.SENT_CODE,
    FactorKind.EMAIL: Way.SENT_CODE,
}
# Added in the page; every other kind takes the tenant's own page.
ENROLLABLE: tuple[FactorKind, ...] = tuple(WAYS)
TYPED = (Way.APP_CODE, Way.SENT_CODE)


def way_of(kind: FactorKind | str) -> Way:
    return WAYS[FactorKind(kind)]


def is_retriable(way: Way) -> bool:
    """Whether the same enrollment takes another proof after one: a challenge of WebAuthn answers just one."""
    return way is not Way.CEREMONY
