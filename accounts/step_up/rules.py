"""Path rules: which parts of the site ask for a proof, from the STEP_UP_RULES setting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from accounts import conf
from accounts.step_up.requirement import Requirement

WINDOWS = ("mfa_within", "login_within", "phishing_resistant_within")
KEYS = frozenset({"path", *WINDOWS})

# A rule for "/" covers the whole site, but not the pages that a proof is made at, which would be a loop, nor
# what the tenant itself calls.
_way_in = {
    *("accounts:sign-in", "accounts:step-up", "accounts:logout", "accounts:backchannel-logout"),
    *("social:begin", "social:complete"),
}


@dataclass(frozen=True)
class Rule:
    """`/billing` and `/billing/` both cover `/billing` and `/billing/…`, not `/billing-help`.

    Whether the rule has the slash must not matter: a route may answer with and without.
    """

    prefix: str
    requirement: Requirement

    @cached_property
    def stem(self) -> str:
        return self.prefix.rstrip("/")

    @cached_property
    def below(self) -> str:
        return f"{self.stem}/"

    def covers(self, path: str) -> bool:
        return path == self.stem or path.startswith(self.below)

    def meets(self, stem: str) -> bool:
        """Whether it covers a path, or something below it."""
        return self.covers(stem) or self.below.startswith(stem)


def leave_open(*view_names: str) -> None:
    """Add pages that stay open under every rule; for an app's `ready`, and for pages with their own gates."""
    _way_in.update(view_names)


def is_way_in(view_name: str) -> bool:
    return view_name in _way_in


def path_rules() -> list[Rule]:
    """Read the setting; a rule that cannot be read stops the site, since skipping it would open the path."""
    return [parse_rule(written) for written in conf.step_up_rules()]


def parse_rule(written: Any) -> Rule:
    """Read `"/billing/"` or `{"path": "/billing/", "mfa_within": 300, "login_within": 900}`."""
    rule = {"path": written} if isinstance(written, str) else written
    if not isinstance(rule, Mapping) or not isinstance(rule.get("path"), str):
        raise ValueError(f"{written!r} is neither a path nor an object with a path")  # noqa: TRY004
    if not rule["path"].startswith("/"):
        raise ValueError(f"{rule['path']!r} does not start with a slash")
    if unknown := sorted(set(rule) - KEYS):
        raise ValueError(f"{rule['path']!r} has unknown keys: {', '.join(unknown)}")
    mfa, login, resistant = (_window(rule, key) for key in WINDOWS)
    if not (mfa or login or resistant):
        return Rule(rule["path"], Requirement.mfa())
    return Rule(rule["path"], Requirement(mfa, login, phishing_resistant_within=resistant))


def _window(rule: Mapping[str, Any], key: str) -> timedelta | None:
    seconds = rule.get(key)
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
        raise ValueError(f"{rule['path']!r}: {key} is a number of seconds above 0")
    return timedelta(seconds=seconds)
