"""Remove a method, or be told what that would mean; give one another name."""

import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.auth0.errors import Problem, TenantError
from accounts.identity import User, subject_of
from enrollment.account.methods import Factor
from enrollment.account.names import NAME_LENGTH
from enrollment.account.removal import MfaRequirement, Removal, removal
from enrollment.account.settlement import Expected
from enrollment.account.sign_in import SignIn
from enrollment.actors import Actor
from enrollment.audit.log import Attempt, Refused, logged
from enrollment.flows.change import authorized_change, find_owned, resolve_by_list
from enrollment.gateways import factor_cache
from enrollment.gateways.management import ManagementGateway
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_policy import mfa_requirement
from enrollment.models.activity import Action


def removal_plan(subject: User, factor_id: str) -> Removal:
    """Say what removing a factor would mean, for the page that asks for confirmation; changes nothing.

    Raises `Refused` for a factor that is not on the account, `TenantError` where no list is known.
    """
    snapshot = factor_cache.factors_of(subject_of(subject))
    if snapshot.factors is None and snapshot.problem:
        raise snapshot.problem
    factors = snapshot.factors or ()
    sign_in = sign_in_of(subject_of(subject), may_call=snapshot.problem is None)
    return _plan(subject, find_owned(factors, factor_id), factors, sign_in)


def remove_factor(actor: Actor, subject: User, factor_id: str) -> Removal:
    """Remove a factor and all that is linked to it, and say what is left."""
    with (
        logged(Attempt(actor, subject, Action.FACTOR_REMOVED)) as attempt,
        authorized_change(actor, subject) as factors,
    ):
        factor = find_owned(factors, factor_id)
        attempt.about(factor)
        # What was said before is what is cached; this changes nothing but words.
        plan = _plan(subject, factor, factors, sign_in_of(subject_of(subject), may_call=False))
        if plan.refusal:
            raise Refused(plan.refusal.code, plan.refusal.sentence)
        attempt.begin(Expected.without([factor]))
        delete(subject, factor)
    return plan


def delete(subject: User, factor: Factor) -> None:
    """Delete at the tenant. Auth0 deletes linked methods together; done means that none of them is listed."""

    def is_gone(now: Sequence[Factor]) -> bool:
        return not any(factor.method_ids & other.method_ids for other in now)

    with resolve_by_list(subject, is_gone):
        ManagementGateway.current().delete_method(subject_of(subject), factor.id)
    factor_cache.invalidate(subject_of(subject), removed=factor.method_ids)


def _plan(subject: User, factor: Factor, factors: Sequence[Factor], sign_in: SignIn) -> Removal:
    """Insist on the tenant's policy only where it decides."""
    at_worst = removal(factor, factors, MfaRequirement.UNKNOWN, sign_in)
    return at_worst if at_worst.allowed else removal(factor, factors, mfa_requirement(subject), sign_in)


def rename_factor(actor: Actor, subject: User, factor_id: str, name: str) -> str:
    """Rename a factor; return the name that it has now."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    with (
        logged(Attempt(actor, subject, Action.FACTOR_RENAMED)) as attempt,
        authorized_change(actor, subject) as factors,
    ):
        factor = find_owned(factors, factor_id)
        attempt.about(factor)
        _check(name, factor, factors)
        attempt.factor_name = f"{factor.own_name} → {name}" if factor.own_name else name
        attempt.begin(Expected(renamed=factor.id, name=name))
        _write(subject, factor, name)
    return name


def _write(subject: User, factor: Factor, name: str) -> None:
    def has_it(now: Sequence[Factor]) -> bool:
        return any(other.id == factor.id and other.name == name for other in now)

    try:
        with resolve_by_list(subject, has_it):
            ManagementGateway.current().rename_method(subject_of(subject), factor.id, name)
    except TenantError as error:
        if error.code is Problem.REJECTED:
            sentence = _("The sign-in service does not take this name for this kind of factor.")
            raise Refused("name-not-accepted", sentence) from None
        raise


def _check(name: str, factor: Factor, factors: Sequence[Factor]) -> None:
    if not factor.renamable:
        raise Refused("not-renamable", _("This has no name that could be changed."))
    if not name:
        raise Refused("name-empty", _("Give it a name."))
    if len(name) > NAME_LENGTH:
        sentence = _("A name has %(limit_value)d characters at most.") % {"limit_value": NAME_LENGTH}
        raise Refused("name-too-long", sentence)
    # Control and formatting characters can make one name look like another, or like a sentence of the site's.
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise Refused("name-unprintable", _("Use letters, digits and signs that can be seen."))
    if any(other.name.casefold() == name.casefold() for other in factors if other.id != factor.id):
        raise Refused(
            "name-taken", _("Another factor has this name already; take one that tells them apart.")
        )
