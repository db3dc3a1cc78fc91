"""Whether a sign-in has to pass a second factor, what it is that asks for it, and where that begins."""

from __future__ import annotations

from enum import Enum

from flask import Response

from devtenant.current import store as current_store
from devtenant.mfa import kinds, options, remember, visits
from devtenant.oidc.claims import PAPE_MFA
from devtenant.records import Session, Transaction
from devtenant.store import Store

DEFAULT_POLICY_SECONDS = 15 * 60


class Demand(Enum):
    """Nobody, the tenant's policy (which a remembered browser satisfies), or this very request."""

    NONE = "none"
    POLICY = "policy"
    REQUEST = "request"


def of(store: Store, tx: Transaction) -> Demand:
    """The strongest demand on this transaction (Auth0: step-up, MFA policies, My Account API)."""
    settings, audience = store.settings, tx.params.get("audience", "")
    asks = settings.acr_action and (settings.acr_enrolls or _has_independent_factor(store, tx))
    stepping_up = asks and PAPE_MFA in tx.acr_values
    my_account = audience == store.audience("me/") and settings.default_policy and not _recent(store, tx)
    if stepping_up or my_account or audience == store.audience("mfa/"):
        return Demand.REQUEST
    if "all-applications" in settings.policies and not _carried(store, tx):
        return Demand.POLICY
    return Demand.NONE


def next_step(tx: Transaction) -> Response | None:
    """The page that this sign-in has to see next, or None when nothing more is asked."""
    store = current_store()
    if tx.mfa_done:
        return None
    asked = of(store, tx)
    visit = visits.of_transaction(store, tx)
    if asked is Demand.NONE or (asked is Demand.POLICY and remember.recognised(store, visit.user)):
        return None
    if options.challenges(store, visit.user):
        return visit.to("mfa_challenge.start")
    if tx.params.get("audience") == store.audience("mfa/"):
        # The MFA API's audience challenges who can be challenged, and lets the others through to enroll.
        return None
    return visit.to("mfa_enroll.choose")


def _has_independent_factor(store: Store, tx: Transaction) -> bool:
    """What README's Action asks first: without one, a step-up would let a thief enroll one of their own."""
    user = store.users.get(tx.user_id or "")
    found = options.challenges(store, user) if user else []
    return any(option.kind.name not in kinds.DEPENDENT for option in found)


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
