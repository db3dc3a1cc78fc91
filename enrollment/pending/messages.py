"""What each state shows: a sentence that claims no more than is known, and what can be done from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import ConfirmationMethod
from enrollment.pending.state_machine import State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StateMessage:
    """`waits`: ask again in a while. `is_over`: nothing comes of it any more, or everything has."""

    title: StrOrPromise
    sentence: StrOrPromise
    takes_code: bool = False
    takes_ceremony: bool = False
    may_resend: bool = False
    may_cancel: bool = False
    waits: bool = False
    is_over: bool = False


PLAIN: dict[State, StateMessage] = {
    State.STARTING: StateMessage(
        _("Getting ready"), _("The sign-in service is being asked."), may_cancel=True, waits=True
    ),
    State.CONFIRMING: StateMessage(_("Checking"), _("It is being confirmed at this moment."), waits=True),
    State.UNKNOWN: StateMessage(
        _("Not sure yet"),
        _("The answer of the sign-in service got lost. It may have been added; we are looking."),
        waits=True,
    ),
    State.CONFIRMED: StateMessage(
        _("Added"), _("It is on your account, and works from now on."), is_over=True
    ),
    State.CANCELLED: StateMessage(_("Cancelled"), _("Nothing was added to your account."), is_over=True),
    State.EXPIRED: StateMessage(
        _("Out of time"), _("It took too long, and nothing was added. Start again."), is_over=True
    ),
    State.FAILED: StateMessage(
        _("Did not work"), _("Nothing was added to your account. Start again."), is_over=True
    ),
}


def message_for(state: State, confirmation: ConfirmationMethod) -> StateMessage:
    """Return what a page says about an enrollment; what is asked for is its method's."""
    if state is not State.CHALLENGED:
        return PLAIN[state]
    return StateMessage(
        confirmation.title,
        confirmation.sentence,
        takes_code=confirmation.takes_code,
        takes_ceremony=confirmation.takes_ceremony,
        may_resend=confirmation.may_resend,
        may_cancel=True,
        waits=confirmation.waits,
    )
