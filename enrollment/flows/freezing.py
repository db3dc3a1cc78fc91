"""Freeze an account from the command line, and end a freeze whose owner cannot."""

from django.utils.translation import gettext as _

from accounts.models import User
from enrollment import freezes
from enrollment.activity import Attempt, Refused, recorded, tried
from enrollment.actors import Actor
from enrollment.flows.frozen import thaw
from enrollment.flows.guard import permit
from enrollment.vocabulary import Action


def check_operator(actor: Actor, subject: User) -> None:
    """Refuse everybody but operators: staff can be talked into it, and people have a button of their own."""
    permit(actor, subject)
    if not actor.is_operator:
        raise Refused("operators-only", _("Only an operator may do this, at the command line."))


def freeze_account(actor: Actor, subject: User) -> None:
    """Let nobody change a person's factors until they have signed in anew; ends no session."""
    with recorded(Attempt(actor, subject, Action.FROZEN)):
        check_operator(actor, subject)
        freezes.freeze(subject)


def unfreeze_account(actor: Actor, subject: User) -> None:
    """End a freeze whose owner has lost what they would prove themselves with."""
    with tried(Attempt(actor, subject, Action.UNFROZEN)):
        check_operator(actor, subject)
        row = freezes.freeze_of(subject)
        if row is None:
            raise Refused("not-frozen", _("This account is not frozen."))
        thaw(actor, subject, row)
