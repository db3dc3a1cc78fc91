"""What passing the second factor leaves behind, and where it leads."""

from __future__ import annotations

from flask import Response

from devtenant.login import flow as login_flow
from devtenant.login import transactions
from devtenant.mfa import demand, journal, remember, visits
from devtenant.mfa.demand import Demand
from devtenant.mfa.kinds import Kind
from devtenant.mfa.visits import Visit
from devtenant.records import Method


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
        visit.tx.mfa_at = visit.store.now()
        visit.tx.flow.proved.add(kind.action_type)


def onward(visit: Visit) -> Response:
    """Show a recovery code that is still to be saved; then the application, or the end of the ticket."""
    if visit.progress.fresh_recovery_code:
        return visit.to("mfa_recovery.show")
    if visit.tx:
        visits.end(visit)
        response = login_flow.advance(visit.tx)
        if visit.progress.remember:
            remember.remember(visit.store, visit.user, response)
        return response
    return visit.to("mfa_ticket.done")


def cancel(visit: Visit) -> Response:
    """Back to the application, with nothing proved."""
    if visit.tx is None:
        return visit.to("mfa_ticket.start")
    visits.end(visit)
    return transactions.refuse(
        visit.tx, "access_denied", "The user cancelled the multi-factor authentication."
    )
