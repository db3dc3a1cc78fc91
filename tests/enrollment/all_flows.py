"""Every flow that changes an account, for rules that hold for all of them."""

from collections.abc import Callable

import pytest

from enrollment.actors import Actor
from enrollment.flows.alarm import forget_browsers
from enrollment.flows.methods import remove_factor, rename_factor
from enrollment.flows.recovery_code import new_recovery_code
from enrollment.flows.reset import reset_factors
from enrollment.flows.ticket import send_ticket
from enrollment.kinds import totp
from mfaproject.users.models import User

Flow = Callable[[Actor, User], object]
FLOWS: dict[str, Flow] = {
    "remove": lambda actor, user: remove_factor(actor, user, "totp|dev_tess_totp"),
    "rename": lambda actor, user: rename_factor(actor, user, "totp|dev_tess_totp", "Other"),
    "recovery-code": new_recovery_code,
    "ticket": lambda actor, user: send_ticket(actor, user, totp.KIND),
    "browsers": forget_browsers,
    "reset": reset_factors,
}
every_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
