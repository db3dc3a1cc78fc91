"""Where a sign-in goes after its first factor, and what passing the second one leaves behind."""

from __future__ import annotations

from flask import Response, request

from devtenant.app import store as current_store
from devtenant.login import flow as login_flow
from devtenant.mfa import demand, journal, options, remember, visits
from devtenant.mfa.demand import Demand
from devtenant.mfa.kinds import Kind
from devtenant.mfa.visits import Visit
from devtenant.records import Method, Transaction


def next_step(tx: Transaction) -> Response | None:
    """The page that this sign-in has to see next, or None when nothing more is asked."""
    store = current_store()
    if tx.mfa_done:
        return None
    asked = demand.of(store, tx)
    visit = visits.of_transaction(store, tx)
    if asked is Demand.NONE or (asked is Demand.POLICY and remember.recognised(store, visit.user)):
        return None
    if options.challenges(store, visit.user):
        return to(visit, "mfa_challenge.start")
    if tx.params.get("audience") == store.audience("mfa/"):
        # The MFA API's audience challenges who can be challenged, and lets the others through to enroll.
        return None
    return to(visit, "mfa_enroll.choose")


def may_remember(visit: Visit) -> bool:
    """The box is offered where skipping the next challenge would be allowed."""
    tx = visit.tx
    if tx is None or not visit.store.settings.allow_remember_browser:
        return False
    return demand.of(visit.store, tx) is Demand.POLICY


def passed(visit: Visit, kind: Kind, method: Method | None) -> None:
    """The second factor was proved in this transaction; its end writes that into the session."""
    if method:
        method.last_auth_at = visit.store.now()
    journal.note(visit, "gd_auth_succeed", method)
    if visit.tx:
        visit.tx.mfa_done, visit.tx.mfa_type = True, kind.method_type


def onward(visit: Visit) -> Response:
    """Show a recovery code that is still to be saved; then the application, or the end of the ticket."""
    if visit.progress.fresh_recovery_code:
        return to(visit, "mfa_recovery.show")
    if visit.tx:
        visits.end(visit)
        response = login_flow.advance(visit.tx)
        if visit.progress.remember:
            remember.remember(visit.store, visit.user, response)
        return response
    return to(visit, "mfa_ticket.done")


def cancel(visit: Visit) -> Response:
    """Back to the application, with nothing proved."""
    if visit.tx is None:
        return to(visit, "mfa_ticket.start")
    visits.end(visit)
    return login_flow.refuse(visit.tx, "access_denied", "The user cancelled the multi-factor authentication.")


def to(visit: Visit, endpoint: str, **values: str) -> Response:
    """A see-other after a form, so that a reload sends nothing twice."""
    status = 303 if request.method == "POST" else 302
    return Response(status=status, headers={"Location": visit.url(endpoint, **values)})
