"""The states of an enrollment, and what can happen to one."""

from enum import StrEnum


class State(StrEnum):
    """Where an enrollment stands. `UNKNOWN`: an answer was lost, and the tenant's list has yet to tell."""

    STARTING = "starting"
    CHALLENGED = "challenged"
    CONFIRMING = "confirming"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"


LIVE = (State.STARTING, State.CHALLENGED, State.CONFIRMING, State.UNKNOWN)
CLOSED = (State.CONFIRMED, State.CANCELLED, State.EXPIRED, State.FAILED)


class Event(StrEnum):
    """What happens to an enrollment: done by the person, answered by the tenant, or found out."""

    BEGUN = "begun"  # the tenant made an unconfirmed method, and waits for its proof
    REFUSED = "refused"  # the tenant would not begin; nothing was made
    LOST = "lost"  # the answer to a call got lost
    ABANDONED = "abandoned"  # whoever made a call is gone
    RESENT = "resent"  # another code is on its way, with another unconfirmed method behind it
    CONFIRM = "confirm"  # somebody took the one turn to confirm
    MISTYPED = "mistyped"  # a wrong code; the right one may follow
    HELD = "held"  # the tenant did not look at the code: asked too often, token over
    VERIFIED = "verified"  # the tenant confirmed the method
    SPOILT = "spoilt"  # what is left of it can never be confirmed
    CANCEL = "cancel"  # the person gave up
    EXPIRE = "expire"  # its time is over
    FOUND = "found"  # the tenant lists the method as confirmed
    MISSED = "missed"  # the tenant lists it as unconfirmed still, and it can be tried again
