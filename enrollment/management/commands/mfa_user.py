"""Look at people's factors and help them, from the command line; docs/commands.md describes the JSON."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.account.protection import protection
from enrollment.gateways import factor_cache
from enrollment.gateways.sign_in import sign_in_of
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import by_link
from enrollment.management import actions
from enrollment.management.base import OperatorCommand
from enrollment.management.batch import find_people, find_person
from enrollment.management.errors import failures
from enrollment.management.output import account


class Command(OperatorCommand):
    help = _(
        "Lists and changes people's second factors. A USER is a subject, an e-mail address or a user name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        several: dict[str, Any] = {"metavar": "USER", "nargs": "+"}

        listing = actions.add_parser("list", help=_("Show factors and how well they protect."))
        self.add_json(listing)
        listing.add_argument("users", **several)

        remove = actions.add_parser("remove", help=_("Remove factors of one person."))
        self.add_asking(remove)
        remove.add_argument("user", metavar="USER")
        remove.add_argument(
            "factors", metavar="FACTOR", nargs="+", help=_("A factor's id, or its exact name.")
        )

        reset = actions.add_parser("reset", help=_("Remove all second factors, and forget browsers."))
        self.add_asking(reset)
        reset.add_argument("--passkeys", action="store_true", help=_("Remove passkeys as well."))
        reset.add_argument("--invite", action="store_true", help=_("First mail a link to add a factor."))
        reset.add_argument("users", **several)

        code = actions.add_parser("recovery-code", help=_("Make a new recovery code and print it, once."))
        self.add_asking(code)
        code.add_argument("user", metavar="USER")

        invite = actions.add_parser("invite", help=_("Mail a link to add a factor."))
        self.add_acting(invite)
        invite.add_argument(
            "--factor", choices=sorted(_kinds_by_ticket()), help=_("The only kind to add; any by default.")
        )
        invite.add_argument(
            "--show-link", action="store_true", help=_("Print the link instead of mailing it.")
        )
        invite.add_argument("users", **several)

        forget = actions.add_parser("forget-browsers", help=_("Let every browser ask again."))
        self.add_acting(forget)
        forget.add_argument("users", **several)

        freeze = actions.add_parser(
            "freeze", help=_("Let nobody change their factors until they sign in anew.")
        )
        self.add_acting(freeze)
        freeze.add_argument("users", **several)

        unfreeze = actions.add_parser("unfreeze", help=_("End a freeze whose owner cannot."))
        self.add_acting(unfreeze)
        unfreeze.add_argument("users", **several)

    def handle(self, *_args: Any, **options: Any) -> None:
        handle = {
            "list": self.list,
            "remove": self.remove,
            "reset": self.reset,
            "recovery-code": self.recovery_code,
            "invite": self.invite,
            "forget-browsers": self.forget_browsers,
            "freeze": self.freeze,
            "unfreeze": self.freeze,
        }
        handle[options["action"]](options)

    def list(self, options: dict[str, Any]) -> None:
        found = [(person, self._factors(person)) for person in find_people(options["users"])]
        if options["json"]:
            people = [account(each, factors, sign_in_of(subject_of(each))) for each, factors in found]
            self.show_json({"users": people})
            return
        for person, factors in found:
            judged = protection(factors, sign_in_of(subject_of(person)))
            self.say(f"{actions.name_of(person)} ({subject_of(person)}): {judged.sentence}")
            self._show_factors(factors)

    def _factors(self, person: User) -> tuple[Factor, ...]:
        if not subject_of(person):
            raise CommandError(
                _("%(name)s has never signed in through the sign-in service, and so has no factors.")
                % {"name": actions.name_of(person)}
            )
        with failures(actions.name_of(person)):
            return factor_cache.fresh_factors_of(subject_of(person))

    def _show_factors(self, factors: Sequence[Factor]) -> None:
        if not factors:
            self.say(_("No factors."))
            return
        headers = (_("ID"), _("Kind"), _("Name"), _("Added"), _("Last used"))
        self.show_table(
            headers,
            (
                (f.id, f.type_label, f.name or f.address, _day(f.added_at), _day(f.last_used_at))
                for f in factors
            ),
        )

    def remove(self, options: dict[str, Any]) -> None:
        self.require_answer(options)
        person = find_person(options["user"])
        to_do, question = actions.removals(self.actor(options), person, options["factors"])
        self.confirm(options, *question)
        self.run_batch("remove", to_do, options)

    def reset(self, options: dict[str, Any]) -> None:
        self.require_answer(options)
        people = find_people(options["users"])
        to_do, question = actions.resets(
            self.actor(options), people, passkeys=options["passkeys"], invitation=options["invite"]
        )
        self.confirm(options, *question)
        self.run_batch("reset", to_do, options)

    def recovery_code(self, options: dict[str, Any]) -> None:
        self.require_answer(options)
        person = find_person(options["user"])
        to_do, question = actions.recovery_codes(self.actor(options), person)
        self.confirm(options, *question)
        self.run_batch("recovery-code", to_do, options)
        self.say_aside(
            _("It is shown this once. It stays in this terminal's history, and in logs of what ran this.")
        )

    def invite(self, options: dict[str, Any]) -> None:
        people, kind = find_people(options["users"]), _kinds_by_ticket().get(options["factor"] or "")
        to_do = actions.invitations(self.actor(options), people, kind, show_link=options["show_link"])
        self.run_batch("invite", to_do, options)
        if options["show_link"]:
            self.say_aside(
                _("Whoever opens such a link adds a factor to the account: hand it to its owner alone.")
            )

    def forget_browsers(self, options: dict[str, Any]) -> None:
        people = find_people(options["users"])
        to_do = actions.forgettings(self.actor(options), people)
        self.run_batch("forget-browsers", to_do, options)

    def freeze(self, options: dict[str, Any]) -> None:
        people, action = find_people(options["users"]), options["action"]
        self.run_batch(action, actions.lockings(self.actor(options), people, on=action == "freeze"), options)


def _day(moment: Any) -> str:
    return moment.date().isoformat() if moment else ""


def _kinds_by_ticket() -> dict[str, Kind]:
    return {str(kind.ticket): kind for kind in by_link()}
