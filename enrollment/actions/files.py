"""The shipped Actions: their files, their names at the tenant, and the constants that a site fills in."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PREFIX = "account-security-"


@dataclass(frozen=True)
class ShippedAction:
    """One file; `key` is its name here and on the command line."""

    key: str
    summary: "StrOrPromise"
    is_recommended: bool

    @property
    def name(self) -> str:
        """What the tenant calls it."""
        return f"{PREFIX}{self.key}"

    def code(self, constants: Mapping[str, object]) -> str:
        """Return the file, with each constant at its top that the site has a value for."""
        text = (files("enrollment.actions") / f"{self.key}.js").read_text(encoding="utf-8")
        for name, value in constants.items():
            # A backslash means something in what is put in.
            line = f"const {name} = {json.dumps(value)};".replace("\\", r"\\")
            text = re.sub(rf"^const {name} = .*;$", line, text, flags=re.MULTILINE)
        return text


# In the order in which they run: who may not come in is asked nothing, and what was proved is told last.
SHIPPED = (
    ShippedAction("risk", _("Asks, denies or tells where a sign-in looks risky"), is_recommended=False),
    ShippedAction("sign-in", _("Asks whoever has a second factor at every sign-in"), is_recommended=True),
    ShippedAction("step-up", _("Answers when this site asks for a second factor"), is_recommended=True),
    ShippedAction(
        "first-enrollment",
        _("Asks for a code by email before a first factor is added"),
        is_recommended=False,
    ),
    ShippedAction("claims", _("Tells this site the roles, and what was proved"), is_recommended=True),
)
BY_KEY = {action.key: action for action in SHIPPED}
RECOMMENDED = tuple(action.key for action in SHIPPED if action.is_recommended)


def shipped(keys: Iterable[str]) -> tuple[ShippedAction, ...]:
    """Return these, in the order in which they run."""
    wanted = set(keys)
    return tuple(action for action in SHIPPED if action.key in wanted)
