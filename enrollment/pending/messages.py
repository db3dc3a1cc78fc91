"""What each state shows: a sentence that claims no more than is known, and what can be done from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.methods import TYPED, ConfirmationMethod
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
CHALLENGES: dict[ConfirmationMethod, tuple[StrOrPromise, StrOrPromise]] = {
    ConfirmationMethod.APP_CODE: (
        _("Scan and type the code"),
        _("Scan the QR code with your app, then type the six digits that it shows."),
    ),
    ConfirmationMethod.SENT_CODE: (_("Type the code"), _("A code is on its way to you. Type it here.")),
    ConfirmationMethod.SCAN: (
        _("Scan with the app"),
        _("Scan the QR code with the app. It tells the sign-in service by itself."),
    ),
    ConfirmationMethod.CEREMONY: (_("Create the passkey"), _("Your browser asks where to keep the passkey.")),
}


def message_for(state: State, way: ConfirmationMethod) -> StateMessage:
    """Return what a page says about an enrollment."""
    if state is not State.CHALLENGED:
        return PLAIN[state]
    title, sentence = CHALLENGES[way]
    return StateMessage(
        title,
        sentence,
        takes_code=way in TYPED,
        takes_ceremony=way is ConfirmationMethod.CEREMONY,
        may_resend=way is ConfirmationMethod.SENT_CODE,
        may_cancel=True,
        waits=way is ConfirmationMethod.SCAN,
    )
