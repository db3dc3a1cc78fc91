"""Whether a sign-in has to pass a second factor, what it is that asks for it, and where that begins."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flask import Response

from devtenant.current import store as current_store
from devtenant.mfa import options, remember, visits
from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.records import Session, Transaction
from devtenant.store import Store

DEFAULT_POLICY_SECONDS = 15 * 60


class Demand(Enum):
    """Nobody, the policy or an Action that a remembered browser satisfies, or this very request."""

    NONE = "none"
    POLICY = "policy"
    REQUEST = "request"


def of(store: Store, tx: Transaction) -> Demand:
    """The strongest demand on this transaction (Auth0: Actions, MFA policies, My Account API)."""
    settings, audience = store.settings, tx.params.get("audience", "")
    my_account = audience == store.audience("me/") and settings.default_policy and not _recent(store, tx)
    if my_account or audience == store.audience("mfa/"):
        return Demand.REQUEST
    if tx.flow.is_challenged:
        # A challenge of an Action's own overrides what else would ask (Auth0, post-login API object).
        return Demand.NONE
    if enabled := tx.flow.enabled:
        return _enabled(enabled)
    if "all-applications" in settings.policies and not _carried(store, tx):
        return Demand.POLICY
    return Demand.NONE


def next_step(tx: Transaction) -> Response | None:
    """The page that this sign-in has to see next, or None when nothing more is asked."""
    store = current_store()
    visit = visits.of_transaction(store, tx)
    if tx.flow.waiting:
        return _by_action(visit, tx)
    if tx.mfa_done:
        return None
    asked = of(store, tx)
    if asked is Demand.NONE or (asked is Demand.POLICY and remember.recognised(store, visit.user)):
        return None
    if options.challenges(store, visit.user):
        return visit.to("mfa_challenge.start")
    if tx.params.get("audience") == store.audience("mfa/"):
        # The MFA API's audience challenges who can be challenged, and lets the others through to enroll.
        return None
    return visit.to("mfa_enroll.choose")


def offered(visit: Visit) -> list[Option]:
    """What this challenge can be answered with: the factors that an Action names, else every one."""
    types = named(visit, "challenge")
    if types is None:
        return options.challenges(visit.store, visit.user)
    return [each for each in options.answers(visit.store, visit.user) if each.kind.action_type in types]


def named(visit: Visit, command: str) -> set[str] | None:
    """The factors that an Action asks for by `challenge` or `enroll` now; None where it names none."""
    waiting = visit.tx.flow.waiting if visit.tx else []
    if not waiting or waiting[0]["kind"] != command:
        return None
    return {factor["type"] for factor in waiting[0]["factors"]}


def _by_action(visit: Visit, tx: Transaction) -> Response:
    """Who has a factor shows it before another is enrolled (Auth0, enrollWith)."""
    enrolling = tx.flow.waiting[0]["kind"] == "enroll"
    has_to_show = not tx.mfa_done and options.challenges(visit.store, visit.user)
    return visit.to("mfa_enroll.choose" if enrolling and not has_to_show else "mfa_challenge.start")


def _enabled(command: dict[str, Any]) -> Demand:
    """What `api.multifactor.enable` asks for; its provider `none` calls the policy off."""
    if command["provider"] == "none":
        return Demand.NONE
    return Demand.POLICY if command["remember"] else Demand.REQUEST


def _carried(store: Store, tx: Transaction) -> bool:
    """A single sign-on with no new login is not asked again for what its session has proved."""
    return not tx.authenticated and _proved_at(store, tx) is not None


def _recent(store: Store, tx: Transaction) -> bool:
    proved = _proved_at(store, tx)
    return proved is not None and store.now() - proved <= DEFAULT_POLICY_SECONDS


def _proved_at(store: Store, tx: Transaction) -> float | None:
    session: Session | None = store.sessions.get(tx.sid or "")
    if session is None:
        return None
    return max((method["timestamp"] for method in session.methods if method["name"] == "mfa"), default=None)
