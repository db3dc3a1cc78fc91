"""The one table of what leads where."""

from enrollment.pending.states import Event, State

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
