"""The models of enrollment."""

from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import AccountLock, ChangeLease
from enrollment.models.operation import Operation
from enrollment.models.outbox import OutboxEmail
from enrollment.models.pending_enrollment import PendingEnrollment

__all__ = ["AccountLock", "ActivityEvent", "ChangeLease", "Operation", "OutboxEmail", "PendingEnrollment"]
