"""Frozen accounts: nothing about their factors changes until their owner has proved anew who they are.

Support cannot end a freeze: whoever talks them into it may be the very one that it was made against. Where
the owner has nothing left to prove themselves with, an operator can.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.assurance import Assurance, Requirement, Verdict, verdict
from accounts.browsers import end_browsers
from accounts.models import User
from accounts.step_up import require
from enrollment import directory, freezes
from enrollment.activity import Attempt, Refused, announce, record
from enrollment.actors import Actor
from enrollment.factors import Factor
from enrollment.flows.late import late_factors
from enrollment.flows.proofs import requirement_to_unfreeze
from enrollment.freezes import Freeze
from enrollment.gateways import TenantError
from enrollment.vocabulary import Action, Outcome


def refuse_frozen(actor: Actor, subject: User) -> None:
    """Let nobody change a frozen account; its owner is asked for the proof that ends the freeze."""
    row = freezes.freeze_of(subject)
    if row is None:
        return
    if not actor.is_self(subject):
        raise Refused("frozen", _("This account is frozen until its owner has signed in anew."))
    # From memory first: only a proof that may well be good is worth a call, however often somebody tries.
    known = directory.factors_of(subject.sub or "").factors
    require(actor.proof, requirement_to_unfreeze(known, row.frozen_at))
    require(actor.proof, way_out(subject, row))
    thaw(actor, subject, row)


def way_out(subject: User, row: Freeze) -> Requirement:
    """Say what ends this freeze, by the factors as the tenant lists them now."""
    return requirement_to_unfreeze(_factors(subject), row.frozen_at)


def thaw(actor: Actor, subject: User, row: Freeze) -> None:
    """End a freeze, once; write it down, and tell the person, who may not be the one who did.

    Every session but the one that ends it ends too: whoever made it stayed signed in, and may be a thief.
    """
    with transaction.atomic():
        if not freezes.end(row):
            return
        end_browsers(subject, keep=actor.request if actor.is_self(subject) else None)
    attempt = Attempt(actor, subject, Action.UNFROZEN)
    announce(attempt, record(attempt, Outcome.DONE))


def thaw_if_proved(request: HttpRequest, user: User, assurance: Assurance, **_kwargs: Any) -> None:
    """After a sign-in or step-up: end the freeze, if this was the proof that it waits for."""
    row = freezes.freeze_of(user)
    # Every sign-in passes here: only one that comes after the freeze is worth asking the tenant about.
    if row is None or assurance.login_at is None or assurance.login_at <= row.frozen_at:
        return
    if verdict(assurance, way_out(user, row), timezone.now()) is Verdict.ALLOWED:
        actor = replace(Actor.from_request(request), user=user, assurance=assurance)
        thaw(actor, user, row)


def _factors(subject: User) -> Sequence[Factor] | None:
    try:
        factors = directory.fresh_factors_of(subject.sub or "")
    except TenantError:
        return None
    # Before anybody unlocks it with what came by a link: its owner reads of that, too.
    late_factors(subject, factors, freezes.freezes_of(subject))
    return factors
