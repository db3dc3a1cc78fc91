"""The models of enrollment."""

from enrollment.models.account_lock import AccountLock
from enrollment.models.activity import ActivityEvent
from enrollment.models.change_lease import ChangeLease
from enrollment.models.pending_enrollment import PendingEnrollment

__all__ = ["AccountLock", "ActivityEvent", "ChangeLease", "PendingEnrollment"]
