"""The scopes of the Management API that this site needs; the gateways name each where it is used."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

NEEDED_SCOPES = (
    "update:users",
    "read:authentication_methods",
    "update:authentication_methods",
    "delete:authentication_methods",
    "create:guardian_enrollment_tickets",
    "read:guardian_factors",
    "update:guardian_factors",
    "read:mfa_policies",
    "update:mfa_policies",
    "read:logs_users",
    "delete:sessions",
    "delete:refresh_tokens",
    "read:users",
    "read:roles",
    "read:role_members",
)
# Without it, pages do not know whether sign-in asks for a second factor, and say less.
USEFUL_SCOPES = ("read:actions",)
# Who is staff is asked where a roles claim is configured, and nowhere else.
ROLE_SCOPES = ("read:roles", "read:role_members")
# Either of the two opens a person's log.
SERVES_AS_WELL = {"read:logs_users": "read:logs"}


def missing_from(granted: frozenset[str], *, with_roles: bool) -> list[str]:
    needed = [scope for scope in NEEDED_SCOPES if with_roles or scope not in ROLE_SCOPES]
    return [scope for scope in needed if not {scope, SERVES_AS_WELL.get(scope)} & granted]


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    UNCHECKED = "not-checked"


@dataclass(frozen=True)
class Finding:
    id: str
    state: State
    sentence: str
    step: str = ""


def unseen(name: str, scope: str) -> Finding:
    """Say that a thing could not be looked at, and which scope of the Management API would allow it."""
    sentence = _("This could not be looked at: the scope %(scope)s is not granted.") % {"scope": scope}
    if scope in (*NEEDED_SCOPES, *USEFUL_SCOPES):
        step = _("Grant it: this site needs it for its pages, too.")
    else:
        step = _("Grant it for as long as the doctor looks, if you like; nothing else needs it.")
    return Finding(name, State.UNCHECKED, sentence, step)
