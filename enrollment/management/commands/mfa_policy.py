"""See and set when the tenant asks everybody for a second factor; docs/commands.md describes the JSON."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.flows.cleanup import settle_tenant_wide
from enrollment.flows.tenant import POLICIES, check_policy, set_policy
from enrollment.gateways.management import ManagementGateway
from enrollment.management.base import OperatorCommand
from enrollment.management.errors import failures

MEANINGS = {
    "always": gettext_lazy("everybody is asked for a second factor at every sign-in"),
    "adaptive": gettext_lazy("a second factor is asked for when a sign-in looks risky"),
    "never": gettext_lazy("a second factor is asked for only where this site, or an Action, wants one"),
}
OTHER = "other"


class Command(OperatorCommand):
    help = _("Shows and sets when the tenant asks everybody for a second factor.")

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        self.add_json(actions.add_parser("show", help=_("Show the policy.")))
        setting = actions.add_parser("set", help=_("Set the policy."))
        self.add_asking(setting)
        setting.add_argument("policy", choices=list(POLICIES))

    def handle(self, *_args: Any, **options: Any) -> None:
        policies = self.set(options) if options["action"] == "set" else _in_force()
        self.show(policies, options)

    def set(self, options: dict[str, Any]) -> Sequence[str]:
        self.require_answer(options)
        actor, wanted = self.actor(options), options["policy"]
        question = _("From now on, %(meaning)s.") % {"meaning": MEANINGS[wanted]}
        with failures():
            check_policy(wanted)
            self.confirm(options, question)
            set_policy(actor, wanted)
        return POLICIES[wanted]

    def show(self, policies: Sequence[str], options: dict[str, Any]) -> None:
        name = _name(policies)
        if options["json"]:
            self.show_json({"policy": name, "auth0": list(policies)})
            return
        self.say(f"{name}: {MEANINGS.get(name, ', '.join(policies))}")


def _in_force() -> Sequence[str]:
    settle_tenant_wide()
    with failures():
        return ManagementGateway.current().get_policies()


def _name(policies: Sequence[str]) -> str:
    """The policy's name; what this version does not know is called `other`."""
    return next((name for name, held in POLICIES.items() if held == tuple(policies)), OTHER)
