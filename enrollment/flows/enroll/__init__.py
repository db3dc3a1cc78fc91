"""Add a factor in the page: begin, send again, confirm, wait for a phone, give up, come back; a module each.

The row is written before each call to the tenant and moves by compare-and-set, so a worker may die anywhere:
what is left is no factor or a usable one, and the row says which, or that it is not known yet.
"""

from enrollment.flows.enroll.begin import begin_enrollment
from enrollment.flows.enroll.conclude import is_mailed
from enrollment.flows.enroll.confirm import Confirmation, confirm_enrollment
from enrollment.flows.enroll.entry import check_seen
from enrollment.flows.enroll.refusals import ClockOff, Mistyped, NotYet, TryAgain
from enrollment.flows.enroll.resend import CodeLostError, resend_code
from enrollment.flows.enroll.resume import (
    cancel_enrollment,
    check_push,
    enrollment_of,
    give_up_all,
    pending_of,
)
from enrollment.flows.enroll.saved import recovery_code_saved, recovery_code_unsaved
from enrollment.flows.enroll.tidy import tidy_if_due

__all__ = [
    "ClockOff",
    "CodeLostError",
    "Confirmation",
    "Mistyped",
    "NotYet",
    "TryAgain",
    "begin_enrollment",
    "cancel_enrollment",
    "check_push",
    "check_seen",
    "confirm_enrollment",
    "enrollment_of",
    "give_up_all",
    "is_mailed",
    "pending_of",
    "recovery_code_saved",
    "recovery_code_unsaved",
    "resend_code",
    "tidy_if_due",
]
