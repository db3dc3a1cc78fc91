"""See and switch the factors that the tenant offers to everybody; docs/commands.md describes the JSON."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from enrollment.account.tenant_switches import is_independent
from enrollment.actors import Actor
from enrollment.flows.cleanup import settle_tenant_wide
from enrollment.flows.tenant import set_factor_switch, switch_plan
from enrollment.gateways.management import ManagementGateway
from enrollment.kinds.registry import kinds
from enrollment.management.base import OperatorCommand
from enrollment.management.batch import BatchAction, Result
from enrollment.management.errors import failures


class Command(OperatorCommand):
    help = _("Lists the tenant's factors, and switches them on or off for everybody.")

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        self.add_json(actions.add_parser("list", help=_("Show which factors are on.")))
        enable = actions.add_parser("enable", help=_("Switch factors on."))
        self.add_acting(enable)
        disable = actions.add_parser("disable", help=_("Switch factors off; nobody can use theirs then."))
        self.add_asking(disable)
        for action in (enable, disable):
            action.add_argument("names", metavar="NAME", nargs="+", help=_("Auth0's name, such as otp."))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self.list(options)
        else:
            self.switch(options, enabled=options["action"] == "enable")

    def list(self, options: dict[str, Any]) -> None:
        settle_tenant_wide()
        with failures():
            switches = ManagementGateway.current().list_factors()
        if options["json"]:
            self.show_json({"factors": [_document(name, on=on) for name, on in sorted(switches.items())]})
            return
        headers = (_("Name"), _("Kind"), _("State"), _("Needs another"))
        self.show_table(headers, (_row(name, on=on) for name, on in sorted(switches.items())))

    def switch(self, options: dict[str, Any], *, enabled: bool) -> None:
        if not enabled:
            self.require_answer(options)
        actor = self.actor(options)
        with failures():
            names = switch_plan(options["names"], enabled=enabled)
        if not enabled and names:
            question = _("Switch off for everybody: %(names)s. Whoever has one cannot use it any more.")
            self.confirm(options, question % {"names": ", ".join(names)})
        actions = [
            _action(actor, name, enabled=enabled, needed=name in names)
            for name in (*names, *_others(options, names))
        ]
        self.run_batch(options["action"], actions, options)


def _others(options: dict[str, Any], names: Sequence[str]) -> list[str]:
    """Those that are switched as wished already."""
    return [name for name in dict.fromkeys(options["names"]) if name not in names]


def _action(actor: Actor, name: str, *, enabled: bool, needed: bool) -> BatchAction:
    def run() -> Result:
        if needed:
            set_factor_switch(actor, name, enabled=enabled)
        state = (
            (_("%(name)s is on now."), _("%(name)s is off now."))
            if needed
            else (_("%(name)s was on already."), _("%(name)s was off already."))
        )
        return Result(state[0 if enabled else 1] % {"name": name}, {"enabled": enabled, "changed": needed})

    return BatchAction(name, run, {"name": name})


def _label(name: str) -> str:
    return next((str(kind.label) for kind in kinds() if kind.switch == name), name)


def _document(name: str, *, on: bool) -> dict[str, Any]:
    return {
        "name": name,
        "enabled": on,
        "label": _label(name),
        "needs_another": not is_independent(name),
    }


def _row(name: str, *, on: bool) -> tuple[str, str, str, str]:
    return (
        name,
        _label(name),
        _("on") if on else _("off"),
        "" if is_independent(name) else _("yes"),
    )
