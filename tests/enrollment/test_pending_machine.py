"""The machine of an enrollment: no sequence of events leads where it must not; pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from enrollment.confirmation.app_code import APP_CODE
from enrollment.confirmation.base import ConfirmationMethod
from enrollment.confirmation.passkey import PASSKEY_CEREMONY
from enrollment.confirmation.scan import SCAN
from enrollment.confirmation.sent_code import SENT_CODE
from enrollment.pending.messages import message_for
from enrollment.pending.state_machine import (
    CLOSED_STATES,
    OPEN_STATES,
    TABLE,
    Event,
    IllegalEventError,
    ListedAs,
    State,
    advance,
    due_event,
    sources,
)

EVENTS = st.sampled_from(list(Event))
# What the tenant did, or says that it did: nothing else may lead to a confirmed enrollment.
TENANTS_WORD = {Event.VERIFIED, Event.FOUND}


def test_every_state_is_live_or_closed_and_in_the_table() -> None:
    assert {*OPEN_STATES, *CLOSED_STATES} == set(State) == set(TABLE)
    assert not {*OPEN_STATES} & {*CLOSED_STATES}


@pytest.mark.parametrize("state", CLOSED_STATES)
def test_nothing_happens_to_what_is_over(state: State) -> None:
    for event in Event:
        with pytest.raises(IllegalEventError):
            advance(state, event)


@pytest.mark.parametrize("event", Event)
def test_every_event_can_happen_somewhere(event: Event) -> None:
    assert sources(event)


def test_only_the_tenants_word_confirms() -> None:
    leading = {
        event for leads in TABLE.values() for event, target in leads.items() if target is State.CONFIRMED
    }
    assert leading == TENANTS_WORD


def test_verified_comes_only_to_who_took_the_turn() -> None:
    assert sources(Event.VERIFIED) == (State.CONFIRMING,)
    assert sources(Event.CONFIRM) == (State.CHALLENGED,)


def test_lost_answer_of_a_confirmation_is_never_called_a_failure() -> None:
    assert advance(State.CONFIRMING, Event.LOST) is State.UNKNOWN
    assert advance(State.CONFIRMING, Event.ABANDONED) is State.UNKNOWN


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("confirmation", [APP_CODE, SENT_CODE, SCAN, PASSKEY_CEREMONY])
def test_page_offers_just_what_can_happen(state: State, confirmation: ConfirmationMethod) -> None:
    told = message_for(state, confirmation)
    assert told.is_over == (state in CLOSED_STATES)
    assert told.may_cancel == (state in sources(Event.CANCEL))
    assert (told.takes_code or told.takes_ceremony) <= (state in sources(Event.CONFIRM))
    assert told.may_resend <= (state in sources(Event.RESENT))
    assert str(told.title)
    assert str(told.sentence)


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED, State.FAILED])
def test_page_says_that_nothing_was_added_only_where_that_is_so(state: State) -> None:
    for other in State:
        claims = "nothing was added" in str(message_for(other, SCAN).sentence).lower()
        assert claims == (other in (State.CANCELLED, State.EXPIRED, State.FAILED))


@given(
    st.sampled_from(list(State)), st.sampled_from(list(ListedAs)), st.booleans(), st.booleans(), st.booleans()
)
def test_what_is_due_can_happen_ends_and_claims_nothing_unseen(
    state: State, seen: ListedAs, leased: bool, expired: bool, retriable: bool
) -> None:
    passed = [state]
    while event := due_event(passed[-1], seen, leased=leased, expired=expired, retriable=retriable):
        assert (event is Event.FOUND) <= (seen is ListedAs.CONFIRMED)
        passed.append(advance(passed[-1], event))
        assert len(passed) <= len(State)
        leased = leased and passed[-1] is not State.UNKNOWN
    if seen is ListedAs.UNREAD:
        assert passed[-1] not in (State.CONFIRMED, State.EXPIRED) or state in CLOSED_STATES
    if (
        seen is ListedAs.CONFIRMED
        and not leased
        and state in (State.CHALLENGED, State.CONFIRMING, State.UNKNOWN)
    ):
        assert passed[-1] is State.CONFIRMED


class OneEnrollment(RuleBasedStateMachine):
    """Any events in any order, against what must hold of every history."""

    @initialize()
    def start(self) -> None:
        self.state, self.history = State.STARTING, [State.STARTING]
        self.confirmed = self.begun = self.turns = self.answers = 0

    @rule(event=EVENTS)
    def happen(self, event: Event) -> None:
        try:
            self.state = advance(self.state, event)
        except IllegalEventError:
            return
        self.history.append(self.state)
        self.begun += event is Event.BEGUN
        self.turns += event is Event.CONFIRM
        self.answers += event is Event.VERIFIED
        self.confirmed += self.state is State.CONFIRMED

    @precondition(lambda self: self.state is State.CHALLENGED)
    @rule()
    def confirm(self) -> None:
        self.happen(Event.CONFIRM)

    @rule()
    def begin(self) -> None:
        self.happen(Event.BEGUN)

    @invariant()
    def confirms_once_at_most(self) -> None:
        assert self.confirmed <= 1

    @invariant()
    def nothing_comes_after_the_end(self) -> None:
        assert not any(state in CLOSED_STATES for state in self.history[:-1])

    @invariant()
    def confirmed_was_begun(self) -> None:
        assert not self.confirmed or self.begun == 1

    @invariant()
    def no_answer_without_a_turn(self) -> None:
        assert self.answers <= self.turns


TestOneEnrollment = OneEnrollment.TestCase
