"""Whose account is staff's, and so for administrators alone to act on.

The site's own flags are as old as the person's last sign-in here. Whoever has been made staff at the tenant
since then would be support's to take over, so the tenant is asked as well.
"""

import logging
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts import conf
from accounts.models import User
from enrollment.activity import Refused
from enrollment.actors import Actor
from enrollment.gateways import ManagementGateway, TenantError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)


class RolesUnknownError(TenantError):
    """The tenant did not say what roles somebody has: no answer means no."""

    @property
    def cause(self) -> "StrOrPromise":
        return _(
            "We couldn't check whether this is a staff account. Try again in a minute, or ask an "
            "administrator."
        )


def for_administrators() -> Refused:
    return Refused("staff-by-administrators", _("Only an administrator may do this on a staff account."))


def refuse_staff_at_tenant(actor: Actor, subject: User) -> None:
    """Refuse support where the tenant calls the person staff, or does not answer; one call, and never cached.

    Where no roles claim is configured, the tenant has no say in who is staff.
    """
    roles = conf.roles()
    if actor.user is None or actor.user.is_superuser or actor.is_self(subject) or not roles.claim:
        return
    if _roles_of(subject) & ({roles.staff, roles.superuser} - {""}):
        raise for_administrators()


def _roles_of(subject: User) -> frozenset[str]:
    try:
        return ManagementGateway.current().roles_of(subject.sub or "")
    except TenantError as error:
        logger.warning("The roles of user %s could not be read: %s", subject.pk, error)
        raise RolesUnknownError(
            error.code, status=error.status, retry_after=error.retry_after, detail=error.detail
        ) from None
