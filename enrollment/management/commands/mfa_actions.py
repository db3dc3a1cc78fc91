"""Compare, deploy and bind the shipped post-login Actions; docs/commands.md describes the JSON."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.actions.files import BY_KEY, RECOMMENDED, SHIPPED
from enrollment.actions.plan import Comparison, State
from enrollment.actors import Actor
from enrollment.flows.tenant_actions import bind, compare, deploy, unbind
from enrollment.management.base import OperatorCommand
from enrollment.management.batch import BatchAction, Result
from enrollment.management.errors import failures

STATES = {
    State.MISSING: gettext_lazy("not there"),
    State.DIFFERENT: gettext_lazy("differs"),
    State.NOT_DEPLOYED: gettext_lazy("not deployed"),
    State.CURRENT: gettext_lazy("up to date"),
}


class Command(OperatorCommand):
    help = _("Compares the shipped post-login Actions with the tenant's, deploys them and binds them.")

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        self.add_json(actions.add_parser("list", help=_("Show the shipped Actions and whether they run.")))
        diff = actions.add_parser("diff", help=_("Show what deploy would change of the code that runs."))
        self.add_json(diff)
        helps = {
            "deploy": _("Bring Actions to the tenant; they run once they are bound."),
            "bind": _("Put Actions into the post-login flow; others there stay where they are."),
            "unbind": _("Take Actions out of the post-login flow."),
        }
        acting = {name: actions.add_parser(name, help=text) for name, text in helps.items()}
        for each in acting.values():
            self.add_asking(each)
        chosen = _("One of: %(names)s. Default: %(recommended)s.") % {
            "names": ", ".join(BY_KEY),
            "recommended": ", ".join(RECOMMENDED),
        }
        for each in (diff, acting["deploy"], acting["bind"]):
            each.add_argument("names", metavar="NAME", nargs="*", help=chosen)
        acting["unbind"].add_argument("names", metavar="NAME", nargs="+", help=", ".join(BY_KEY))

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["action"] == "list":
            self.list(options)
        elif options["action"] == "diff":
            self.diff(options)
        else:
            self.act(options)

    def list(self, options: dict[str, Any]) -> None:
        with failures():
            found = compare(action.key for action in SHIPPED)
        if options["json"]:
            self.show_json({"actions": [_document(each) for each in found]})
            return
        headers = (_("Name"), _("State"), _("Bound"), _("Recommended"), _("What it does"))
        self.show_table(headers, (_row(each) for each in found))

    def diff(self, options: dict[str, Any]) -> None:
        with failures():
            found = compare(options["names"] or RECOMMENDED)
        if options["json"]:
            self.show_json({"actions": [{**_document(each), "diff": each.diff} for each in found]})
            return
        for each in found:
            for line in each.diff.splitlines():
                self.say(line)

    def act(self, options: dict[str, Any]) -> None:
        self.require_answer(options)
        actor = self.actor(options)
        with failures():
            found = compare(options["names"] or RECOMMENDED)
        changes = [each for each in found if _is_needed(options["action"], each)]
        if changes:
            self.confirm(options, *(_question(options["action"], each) for each in changes))
        make = _deployments if options["action"] == "deploy" else partial(_flow, options["action"])
        self.run_batch(options["action"], make(actor, found), options)


def _is_needed(action: str, each: Comparison) -> bool:
    if action == "deploy":
        return each.state is not State.CURRENT
    return each.is_bound is (action == "unbind")


def _question(action: str, each: Comparison) -> str:
    words = {
        "deploy": _("Deploy %(name)s (%(state)s): %(summary)s."),
        "bind": _("Bind %(name)s: %(summary)s."),
        "unbind": _("Unbind %(name)s, which does this: %(summary)s."),
    }
    about = {"name": each.action.key, "state": STATES[each.state], "summary": each.action.summary}
    return words[action] % about


def _deployments(actor: Actor, found: Sequence[Comparison]) -> list[BatchAction]:
    return [
        BatchAction(each.action.key, partial(_deploy, actor, each), {"name": each.action.key})
        for each in found
    ]


def _deploy(actor: Actor, each: Comparison) -> Result:
    is_needed = _is_needed("deploy", each)
    if is_needed:
        deploy(actor, each)
    line = _("%(name)s is deployed.") if is_needed else _("%(name)s was up to date.")
    return Result(line % {"name": each.action.key}, {"changed": is_needed})


def _flow(action: str, actor: Actor, found: Sequence[Comparison]) -> list[BatchAction]:
    """One change for all of them: the tenant takes the flow as a whole."""
    keys = [each.action.key for each in found]
    return [BatchAction(", ".join(keys), partial(_bind, action, actor, keys), {"names": keys})]


def _bind(action: str, actor: Actor, keys: Sequence[str]) -> Result:
    changed = bind(actor, keys) if action == "bind" else unbind(actor, keys)
    if not changed:
        return Result(_("Nothing to change."), {"changed": []})
    line = _("In the flow now: %(names)s.") if action == "bind" else _("Taken out of the flow: %(names)s.")
    return Result(line % {"names": ", ".join(changed)}, {"changed": changed})


def _document(each: Comparison) -> dict[str, Any]:
    return {
        "name": each.action.key,
        "tenant_name": each.action.name,
        "state": each.state.value,
        "bound": each.is_bound,
        "recommended": each.action.is_recommended,
    }


def _row(each: Comparison) -> tuple[str, str, str, str, str]:
    yes = _("yes")
    return (
        each.action.key,
        str(STATES[each.state]),
        yes if each.is_bound else "",
        yes if each.action.is_recommended else "",
        str(each.action.summary),
    )
