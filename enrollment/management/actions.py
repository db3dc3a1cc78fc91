"""What `mfa_user` does to people: each function checks everybody first, and returns the actions to run."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from accounts.identity import User, label_of, subject_of
from enrollment.account.methods import Factor
from enrollment.account.removal import Removal, removal
from enrollment.actors import Actor
from enrollment.audit.log import Refused
from enrollment.flows.alarm import forget_browsers, lock_by_operator, require_operator, unlock_by_operator
from enrollment.flows.change import check_permission
from enrollment.flows.methods import remove_factor
from enrollment.flows.recovery_code import check_recovery_code, new_recovery_code
from enrollment.flows.reset import check_reset, reset_factors, reset_plan
from enrollment.flows.ticket import check_ticket, send_ticket
from enrollment.gateways import factor_cache
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_policy import mfa_requirement
from enrollment.kinds.base import Kind
from enrollment.management.batch import BatchAction, Result
from enrollment.management.errors import failures
from enrollment.management.output import factor_of, identity

Question = list[str]


def name_of(person: User) -> str:
    return label_of(person)


def _action(person: User, run: Callable[[], Result]) -> BatchAction:
    return BatchAction(name_of(person), run, identity(person))


def removals(actor: Actor, person: User, words: Sequence[str]) -> tuple[list[BatchAction], Question]:
    """Check each factor as if those before it were gone already: the last one is refused then, too."""
    with failures(name_of(person)):
        check_permission(actor, person)
        plans = _plans(person, words)
    question = [line for plan in plans for line in _consequences(person, plan)]
    return [_removal(actor, person, plan.factor) for plan in plans], question


def _plans(person: User, words: Sequence[str]) -> list[Removal]:
    left, mandate, plans = (
        list(factor_cache.fresh_factors_of(subject_of(person))),
        mfa_requirement(person),
        [],
    )
    sign_in = sign_in_of(subject_of(person))
    meant = {factor.id: factor for factor in (_meant(word, left) for word in words)}
    for factor in meant.values():
        plan = removal(factor, left, mandate, sign_in)
        if plan.refusal:
            raise Refused(plan.refusal.code, f"{factor.title}: {plan.refusal.sentence}")
        left.remove(factor)
        plans.append(plan)
    return plans


def _meant(word: str, factors: Sequence[Factor]) -> Factor:
    found = [factor for factor in factors if word in factor.method_ids or word == factor.name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(factor.id for factor in found)
        raise Refused(
            "ambiguous-factor", _("%(word)s is more than one factor: %(ids)s.") % {"word": word, "ids": ids}
        )
    raise Refused("no-such-factor", _("There is no factor %(word)s on the account.") % {"word": word})


def _removal(actor: Actor, person: User, factor: Factor) -> BatchAction:
    def run() -> Result:
        plan = remove_factor(actor, person, factor.id)
        line = _("Removed %(title)s of %(person)s. %(clean_up)s") % {
            "title": factor.title,
            "person": name_of(person),
            "clean_up": plan.clean_up,
        }
        return Result(line.strip(), {"remaining": list(plan.remaining)})

    members = {**identity(person), "factor": factor_of(factor)}
    return BatchAction(f"{name_of(person)}, {factor.title}", run, members)


def _consequences(person: User, plan: Removal) -> Question:
    words = {"title": plan.factor.title, "kind": plan.factor.type_label, "person": name_of(person)}
    lines = [_("Remove %(title)s (%(kind)s) of %(person)s?") % words]
    return [*lines, *(f"  {line}" for line in (*plan.remaining, plan.goes_with, plan.warning) if line)]


def resets(
    actor: Actor, people: Sequence[User], *, passkeys: bool, invitation: bool
) -> tuple[list[BatchAction], Question]:
    actions, question = [], []
    for person in people:
        with failures(name_of(person)):
            check_permission(actor, person)
            check_reset(actor, person, invitation=invitation)
            sub = subject_of(person)
            plan = reset_plan(factor_cache.fresh_factors_of(sub), sign_in_of(sub), passkeys=passkeys)
        run = partial(_reset, actor, person, passkeys=passkeys, invitation=invitation)
        actions.append(_action(person, run))
        titles = ", ".join(factor.title for factor in plan.going) or _("nothing, there is no second factor")
        question.append(
            _("Remove from %(person)s: %(titles)s.") % {"person": name_of(person), "titles": titles}
        )
        question += [f"  {line}" for line in plan.remaining]
    return actions, question


def _reset(actor: Actor, person: User, *, passkeys: bool, invitation: bool) -> Result:
    reset = reset_factors(actor, person, passkeys=passkeys, invitation=invitation)
    line = _("Removed all second factors of %(person)s: %(count)d.") % {
        "person": name_of(person),
        "count": len(reset.removed),
    }
    sent = _("A link to add a new one is on its way to the person.") if reset.invited else ""
    members: dict[str, Any] = {
        "removed": [factor_of(factor) for factor in reset.removed],
        "kept": [factor_of(factor) for factor in reset.kept],
        "invited": reset.invited,
    }
    return Result(f"{line} {sent}".strip(), members)


def recovery_codes(actor: Actor, person: User) -> tuple[list[BatchAction], Question]:
    with failures(name_of(person)):
        check_permission(actor, person)
        check_recovery_code(factor_cache.fresh_factors_of(subject_of(person)))

    def run() -> Result:
        code = new_recovery_code(actor, person)
        line = _("New recovery code of %(person)s: %(code)s") % {"person": name_of(person), "code": code}
        return Result(line, {"recovery_code": code})

    question = _("Make a new recovery code for %(person)s? The one they have stops working.")
    return [_action(person, run)], [question % {"person": name_of(person)}]


def invitations(
    actor: Actor, people: Sequence[User], kind: Kind | None, *, show_link: bool
) -> list[BatchAction]:
    for person in people:
        with failures(name_of(person)):
            check_permission(actor, person)
            check_ticket(person, kind, send_mail=not show_link)
    return [_action(person, partial(_invite, actor, person, kind, show_link=show_link)) for person in people]


def _invite(actor: Actor, person: User, kind: Kind | None, *, show_link: bool) -> Result:
    invitation = send_ticket(actor, person, kind, send_mail=not show_link)
    if show_link:
        line = _("Link for %(person)s, good once, for five days: %(link)s")
        return Result(line % {"person": name_of(person), "link": invitation.url}, {"link": invitation.url})
    line = _("A link to add a factor is on its way to %(address)s.") % {"address": invitation.mailed_to}
    return Result(line, {"mailed_to": invitation.mailed_to})


def forgettings(actor: Actor, people: Sequence[User]) -> list[BatchAction]:
    for person in people:
        with failures(name_of(person)):
            check_permission(actor, person)
    return [_action(person, partial(_forget, actor, person)) for person in people]


def lockings(actor: Actor, people: Sequence[User], *, on: bool) -> list[BatchAction]:
    for person in people:
        with failures(name_of(person)):
            require_operator(actor, person)
    return [_action(person, partial(_freeze if on else _unfreeze, actor, person)) for person in people]


def _freeze(actor: Actor, person: User) -> Result:
    lock_by_operator(actor, person)
    return Result(_("Froze the factors of %(person)s.") % {"person": name_of(person)})


def _unfreeze(actor: Actor, person: User) -> Result:
    unlock_by_operator(actor, person)
    return Result(_("The factors of %(person)s can be changed again.") % {"person": name_of(person)})


def _forget(actor: Actor, person: User) -> Result:
    forget_browsers(actor, person)
    return Result(_("Forgot the remembered browsers of %(person)s.") % {"person": name_of(person)})
