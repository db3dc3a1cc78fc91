"""What people intend, one module each; page, admin, API and command call these, and the rules are in here.

Each flow takes the `Actor` and, where it changes something, raises `StepUpRequired` (a proof is missing),
`Refused` (a rule says no; nothing was done) or `TenantError` (its `outcome` says what is known). Every
attempt leaves a row in the audit trail.
"""

from enrollment.activity import Refused
from enrollment.factors.naming import NAME_LENGTH
from enrollment.flows.alarm import STEPS, alarm_report, raise_alarm
from enrollment.flows.browsers import forget_browsers
from enrollment.flows.freezing import check_operator, freeze_account, unfreeze_account
from enrollment.flows.frozen import refuse_frozen
from enrollment.flows.guard import permit, requirement_for
from enrollment.flows.overview import Overview, security_overview
from enrollment.flows.recovery_code import RecoveryCodeLostError, check_recovery_code, new_recovery_code
from enrollment.flows.remove import removal_plan, remove_factor
from enrollment.flows.rename import rename_factor
from enrollment.flows.reset import PartlyResetError, Reset, ResetPlan, check_reset, reset_factors, reset_plan
from enrollment.flows.story import Story, account_story, find_happening
from enrollment.flows.tenant import POLICIES, check_policy, set_factor_switch, set_policy, switch_plan
from enrollment.flows.ticket import Invitation, check_ticket, open_links, send_ticket

__all__ = [
    "NAME_LENGTH",
    "POLICIES",
    "STEPS",
    "Invitation",
    "Overview",
    "PartlyResetError",
    "RecoveryCodeLostError",
    "Refused",
    "Reset",
    "ResetPlan",
    "Story",
    "account_story",
    "alarm_report",
    "check_operator",
    "check_policy",
    "check_recovery_code",
    "check_reset",
    "check_ticket",
    "find_happening",
    "forget_browsers",
    "freeze_account",
    "new_recovery_code",
    "open_links",
    "permit",
    "raise_alarm",
    "refuse_frozen",
    "removal_plan",
    "remove_factor",
    "rename_factor",
    "requirement_for",
    "reset_factors",
    "reset_plan",
    "security_overview",
    "send_ticket",
    "set_factor_switch",
    "set_policy",
    "switch_plan",
    "unfreeze_account",
]
