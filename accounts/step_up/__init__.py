"""Step-up for a site's own views: `from accounts.step_up import Requirement, step_up_required`."""

from accounts.step_up.drafts import take_draft
from accounts.step_up.gates import StepUpRequired, StepUpRequiredMixin, require_for, step_up_required
from accounts.step_up.requirement import Requirement

__all__ = [
    "Requirement",
    "StepUpRequired",
    "StepUpRequiredMixin",
    "require_for",
    "step_up_required",
    "take_draft",
]
