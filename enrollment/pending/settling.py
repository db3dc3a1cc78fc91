"""What time and the tenant's list say about an enrollment that nobody is working on."""

from enum import StrEnum

from enrollment.pending.states import Event, State


class Seen(StrEnum):
    """How the tenant lists the method behind an enrollment; `UNREAD` where the list could not be had."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    ABSENT = "absent"
    UNREAD = "unread"


def due(state: State, seen: Seen, *, leased: bool, expired: bool, retriable: bool) -> Event | None:
    """Return what has to happen now, or None; ask again after it, until there is nothing more.

    `leased`: a worker is at it, or a call that timed out may yet be carried out. `retriable`: the same proof
    can be given again. Nothing is claimed that was not seen: without a list, doubt stays doubt.
    """
    if state is State.STARTING:
        return None if leased else Event.ABANDONED
    if state is State.CHALLENGED:
        return _of_challenged(seen, expired=expired)
    if state is State.CONFIRMING and not leased:
        return Event.FOUND if seen is Seen.CONFIRMED else Event.ABANDONED
    if state is State.UNKNOWN:
        return _of_unknown(seen, leased=leased, expired=expired, retriable=retriable)
    return None


def _of_challenged(seen: Seen, *, expired: bool) -> Event | None:
    """A phone confirms a push enrollment by itself, so the list comes before the clock."""
    if seen is Seen.CONFIRMED:
        return Event.FOUND
    return Event.EXPIRE if expired and seen is not Seen.UNREAD else None


def _of_unknown(seen: Seen, *, leased: bool, expired: bool, retriable: bool) -> Event | None:
    if seen is Seen.CONFIRMED:
        return Event.FOUND
    if seen is Seen.UNREAD or leased:
        return None
    if expired:
        return Event.EXPIRE
    return Event.MISSED if retriable else Event.SPOILT
