"""Forget the browsers that the tenant remembers, so that each asks for a second factor again."""

from accounts.auth0.errors import Certainty, TenantError
from accounts.identity import User, subject_of
from enrollment.actors import Actor
from enrollment.audit.events import Action
from enrollment.audit.log import Attempt, logged
from enrollment.flows.authorize import authorized_change
from enrollment.gateways.management import ManagementGateway


def forget_browsers(actor: Actor, subject: User) -> None:
    with logged(Attempt(actor, subject, Action.BROWSERS_FORGOTTEN)), authorized_change(actor, subject):
        forget_browsers_at_tenant(subject)


def forget_browsers_at_tenant(subject: User) -> None:
    """Ask once more where the answer is lost: no list tells, and doing it twice is doing it once."""
    gateway = ManagementGateway.current()
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        if error.outcome is Certainty.NOT_DONE:
            raise
        _once_more(gateway, subject)


def _once_more(gateway: ManagementGateway, subject: User) -> None:
    try:
        gateway.forget_browsers(subject_of(subject))
    except TenantError as error:
        raise error.but(Certainty.UNKNOWN) from None
