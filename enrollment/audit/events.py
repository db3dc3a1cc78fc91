"""The audit trail's closed vocabulary, and its sentences."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.kinds.registry import kind_of_type

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# The code of a factor that was added at the tenant while its account was locked.
WHILE_LOCKED = "while-locked"


class Action(models.TextChoices):
    FACTOR_ADDED = "factor:added", gettext_lazy("Factor added")
    FACTOR_REMOVED = "factor:removed", gettext_lazy("Factor removed")
    FACTOR_RENAMED = "factor:renamed", gettext_lazy("Factor renamed")
    FACTORS_RESET = "factors:reset", gettext_lazy("All factors removed")
    RECOVERY_CODE_MADE = "recovery-code:made", gettext_lazy("New recovery code")
    RECOVERY_CODE_SAVED = "recovery-code:saved", gettext_lazy("Recovery code saved")
    LINK_MADE = "link:made", gettext_lazy("Enrollment link")
    BROWSERS_FORGOTTEN = "browsers:forgotten", gettext_lazy("Remembered browsers forgotten")
    ALARM_RAISED = "alarm:raised", gettext_lazy("“This wasn't me”")
    LOCKED = "account:frozen", gettext_lazy("Changes frozen")
    UNLOCKED = "account:unfrozen", gettext_lazy("Changes possible again")
    SITE_SESSIONS_ENDED = "sessions:ended", gettext_lazy("Signed out of this site elsewhere")
    TENANT_SESSIONS_ENDED = "tenant-sessions:ended", gettext_lazy("Signed out of the sign-in service")
    TOKENS_REVOKED = "tokens:revoked", gettext_lazy("Lasting permissions of apps ended")
    KIND_SWITCHED = "tenant:factor-switched", gettext_lazy("Factor switched for the whole tenant")
    POLICY_SET = "tenant:policy-set", gettext_lazy("MFA policy of the tenant set")


class Outcome(models.TextChoices):
    """`UNKNOWN`: the answer was lost, and looking did not tell either."""

    DONE = "done", gettext_lazy("Done")
    REFUSED = "refused", gettext_lazy("Refused")
    FAILED = "failed", gettext_lazy("Not done")
    UNKNOWN = "unknown", gettext_lazy("May have been done")


DONE: "dict[str, StrOrPromise]" = {
    Action.FACTOR_ADDED: gettext_lazy("Added %(factor)s"),
    Action.FACTOR_REMOVED: gettext_lazy("Removed %(factor)s"),
    Action.FACTOR_RENAMED: gettext_lazy("Renamed %(factor)s"),
    Action.FACTORS_RESET: gettext_lazy("Removed all factors"),
    Action.RECOVERY_CODE_MADE: gettext_lazy("Made a new recovery code"),
    Action.RECOVERY_CODE_SAVED: gettext_lazy("Said that the recovery code is saved"),
    Action.LINK_MADE: gettext_lazy("Made a link to add a factor: %(factor)s"),
    Action.BROWSERS_FORGOTTEN: gettext_lazy("Forgot the remembered browsers"),
    Action.ALARM_RAISED: gettext_lazy("Said “this wasn't me”"),
    Action.LOCKED: gettext_lazy("Froze all changes to the ways of signing in"),
    Action.UNLOCKED: gettext_lazy("Ended the freeze: changes are possible again"),
    Action.SITE_SESSIONS_ENDED: gettext_lazy("Signed every other browser out of this site"),
    Action.TENANT_SESSIONS_ENDED: gettext_lazy("Signed every browser out of the sign-in service"),
    Action.TOKENS_REVOKED: gettext_lazy("Ended the lasting permissions of apps"),
    Action.KIND_SWITCHED: gettext_lazy("Switched a factor for everybody: %(factor)s"),
    Action.POLICY_SET: gettext_lazy("Set when everybody is asked for a second factor: %(factor)s"),
}
TRIED: "dict[str, StrOrPromise]" = {
    Outcome.REFUSED: gettext_lazy("%(sentence)s: refused"),
    Outcome.FAILED: gettext_lazy("%(sentence)s: failed, nothing was changed"),
    Outcome.UNKNOWN: gettext_lazy("%(sentence)s: may have been done, the answer got lost"),
}


def event_sentence(action: str, outcome: str, kind: str, name: str) -> str:
    """Say what happened in a line, as in a list of events; a word from a later version is shown raw."""
    done = str(DONE.get(action, action)) % {"factor": _factor(kind, name)}
    return str(TRIED[outcome]) % {"sentence": done} if outcome in TRIED else done


def _factor(kind: str, name: str) -> str:
    if not kind:
        return f"“{name}”" if name else _("any kind")
    label = str(kind_of_type(kind).label)
    return f"{label} “{name}”" if name and name != label else label
