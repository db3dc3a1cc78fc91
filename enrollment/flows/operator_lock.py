"""Freeze an account from the command line, and end a freeze whose owner cannot."""

from django.utils.translation import gettext as _

from accounts.identity import User
from enrollment.actors import Actor
from enrollment.audit.events import Action
from enrollment.audit.log import Attempt, Refused, log_failure, logged
from enrollment.flows.account_lock import unlock
from enrollment.flows.authorize import check_permission
from enrollment.models import account_lock


def require_operator(actor: Actor, subject: User) -> None:
    """Refuse everybody but operators: staff can be talked into it, and people have a button of their own."""
    check_permission(actor, subject)
    if not actor.is_operator:
        raise Refused("operators-only", _("Only an operator may do this, at the command line."))


def lock_by_operator(actor: Actor, subject: User) -> None:
    """Let nobody change a person's factors until they have signed in anew; ends no session."""
    with logged(Attempt(actor, subject, Action.LOCKED)):
        require_operator(actor, subject)
        account_lock.lock_account(subject)


def unlock_by_operator(actor: Actor, subject: User) -> None:
    """End a freeze whose owner has lost what they would prove themselves with."""
    with log_failure(Attempt(actor, subject, Action.UNLOCKED)):
        require_operator(actor, subject)
        row = account_lock.current_lock(subject)
        if row is None:
            raise Refused("not-frozen", _("This account is not frozen."))
        unlock(actor, subject, row)
