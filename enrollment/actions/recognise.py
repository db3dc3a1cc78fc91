"""Which shipped Action a tenant's code is, whatever its name. Pure.

The constants that a site fills in may differ. Code that differs in anything else is nobody's: it may look
like ours, and ask for less.
"""

import re
from functools import cache

from enrollment.actions.files import SHIPPED, ShippedAction

# The constants that a site may fill in as it likes, without a sign-in asking anybody else.
FREE = {
    "sign-in": ("REMEMBER_BROWSERS", "STAFF_ROLES"),
    "risk": ("RISK_CLAIM", "DENIED"),
    "claims": ("ROLES_CLAIM", "METHODS_CLAIM"),
}
TEXT = r'"(?:[^"\\\n]|\\.)*"'
# By how the file's own value begins: another type would make another Action of it.
VALUES = {'"': TEXT, "[": rf"\[(?:{TEXT}(?:, {TEXT})*)?\]", "t": "(?:true|false)", "f": "(?:true|false)"}


def recognise(code: str) -> ShippedAction | None:
    """Return the shipped Action that this code is."""
    return next((action for action in SHIPPED if _pattern(action).fullmatch(code.rstrip())), None)


@cache
def _pattern(action: ShippedAction) -> re.Pattern[str]:
    lines = action.code({}).rstrip().split("\n")
    return re.compile("\n".join(_line(line, FREE.get(action.key, ())) for line in lines))


def _line(line: str, free: tuple[str, ...]) -> str:
    found = re.fullmatch(r"const (\w+) = (.)(.*);", line)
    if found is None or found[1] not in free:
        return re.escape(line)
    return f"const {found[1]} = {VALUES[found[2]]};"
