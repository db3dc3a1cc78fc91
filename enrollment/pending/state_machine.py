"""The states of an enrollment, what leads from one to the next, and the limits on it; pure."""

from datetime import timedelta
from enum import StrEnum

from enrollment.conf import SHORTEST_LEASE

# Auth0 does not say how long an `auth_session` lives (My Account API); ten minutes is the local tenant's.
LIFE = timedelta(minutes=10)
# Between two codes to the same phone or mailbox: long enough for the first to arrive.
RESEND_COOL_DOWN = timedelta(seconds=30)
LEASE = SHORTEST_LEASE
# A code of six digits, guessed: 10 in 1,000,000, and a new enrollment has a new code.
MAX_ATTEMPTS = 10
# Each may cost the site a text message or a call, and somebody's phone a ring.
MAX_STARTED = 20
MAX_STARTED_WITHIN = timedelta(hours=1)
# An unconfirmed method that no row claims may be under way on the tenant's own page; after this it is not.
ORPHAN_AGE = timedelta(hours=1)
# What is over and cleaned up after is kept this long, for whoever asks what became of it.
KEPT_FOR = timedelta(days=30)


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


OPEN_STATES = (State.STARTING, State.CHALLENGED, State.CONFIRMING, State.UNKNOWN)
CLOSED_STATES = (State.CONFIRMED, State.CANCELLED, State.EXPIRED, State.FAILED)


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


TABLE: dict[State, dict[Event, State]] = {
    State.STARTING: {
        Event.BEGUN: State.CHALLENGED,
        Event.REFUSED: State.FAILED,
        # Without the answer nobody holds what a confirmation takes: whatever was made can never be used.
        Event.LOST: State.FAILED,
        Event.ABANDONED: State.FAILED,
        Event.CANCEL: State.CANCELLED,
    },
    State.CHALLENGED: {
        Event.RESENT: State.CHALLENGED,
        Event.MISTYPED: State.CHALLENGED,
        Event.CONFIRM: State.CONFIRMING,
        Event.FOUND: State.CONFIRMED,
        Event.SPOILT: State.FAILED,
        Event.CANCEL: State.CANCELLED,
        Event.EXPIRE: State.EXPIRED,
    },
    # Nobody cancels here: the call is on its way, and only its answer says what there is to cancel.
    State.CONFIRMING: {
        Event.VERIFIED: State.CONFIRMED,
        Event.FOUND: State.CONFIRMED,
        Event.MISTYPED: State.CHALLENGED,
        Event.HELD: State.CHALLENGED,
        Event.SPOILT: State.FAILED,
        Event.LOST: State.UNKNOWN,
        Event.ABANDONED: State.UNKNOWN,
    },
    State.UNKNOWN: {
        Event.FOUND: State.CONFIRMED,
        Event.MISSED: State.CHALLENGED,
        Event.SPOILT: State.FAILED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.CONFIRMED: {},
    State.CANCELLED: {},
    State.EXPIRED: {},
    State.FAILED: {},
}


class IllegalEventError(ValueError):
    """This cannot happen to an enrollment in this state."""


def advance(state: State, event: Event) -> State:
    """Return the state that an event leads to; raises `IllegalEventError`."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise IllegalEventError(f"{event} cannot happen to an enrollment that is {state}") from None


def sources(event: Event) -> tuple[State, ...]:
    """Return the states in which an event can happen."""
    return tuple(state for state, leads in TABLE.items() if event in leads)


class ListedAs(StrEnum):
    """How the tenant lists the method behind an enrollment; `UNREAD` where the list could not be had."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    ABSENT = "absent"
    UNREAD = "unread"


def due_event(state: State, seen: ListedAs, *, leased: bool, expired: bool, retriable: bool) -> Event | None:
    """Return what has to happen now, or None; ask again after it, until there is nothing more.

    `leased`: a worker is at it, or a call that timed out may yet be carried out. `retriable`: the same proof
    can be given again. Nothing is claimed that was not seen: without a list, doubt stays doubt.
    """
    if state is State.STARTING:
        return None if leased else Event.ABANDONED
    if state is State.CHALLENGED:
        return _of_challenged(seen, expired=expired)
    if state is State.CONFIRMING and not leased:
        return Event.FOUND if seen is ListedAs.CONFIRMED else Event.ABANDONED
    if state is State.UNKNOWN:
        return _of_unknown(seen, leased=leased, expired=expired, retriable=retriable)
    return None


def _of_challenged(seen: ListedAs, *, expired: bool) -> Event | None:
    """A phone confirms a push enrollment by itself, so the list comes before the clock."""
    if seen is ListedAs.CONFIRMED:
        return Event.FOUND
    return Event.EXPIRE if expired and seen is not ListedAs.UNREAD else None


def _of_unknown(seen: ListedAs, *, leased: bool, expired: bool, retriable: bool) -> Event | None:
    if seen is ListedAs.CONFIRMED:
        return Event.FOUND
    if seen is ListedAs.UNREAD or leased:
        return None
    if expired:
        return Event.EXPIRE
    return Event.MISSED if retriable else Event.SPOILT
