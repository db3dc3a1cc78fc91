"""Forget the browsers that the tenant remembers, so that each asks for a second factor again."""

from accounts.models import User
from enrollment.activity import Attempt, recorded
from enrollment.actors import Actor
from enrollment.flows.guard import opened
from enrollment.gateways import ManagementGateway, TenantError, Truth
from enrollment.vocabulary import Action


def forget_browsers(actor: Actor, subject: User) -> None:
    with recorded(Attempt(actor, subject, Action.BROWSERS_FORGOTTEN)), opened(actor, subject):
        forget_at_tenant(subject)


def forget_at_tenant(subject: User) -> None:
    """Ask once more where the answer is lost: no list tells, and doing it twice is doing it once."""
    gateway = ManagementGateway.current()
    try:
        gateway.forget_browsers(subject.sub or "")
    except TenantError as error:
        if error.outcome is Truth.NOT_DONE:
            raise
        _once_more(gateway, subject)


def _once_more(gateway: ManagementGateway, subject: User) -> None:
    try:
        gateway.forget_browsers(subject.sub or "")
    except TenantError as error:
        raise error.but(Truth.UNKNOWN) from None
