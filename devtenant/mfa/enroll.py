"""The enrollment pages, for a sign-in that has nothing to answer with and for a ticket."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from devtenant import methods as catalogue
from devtenant.mfa import demand, flow, journal, kinds, limits, options
from devtenant.mfa.errors import MfaError, NotYetError, WrongCodeError
from devtenant.mfa.kinds import Kind
from devtenant.mfa.pages import page
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways import WAYS
from devtenant.records import Method

blueprint = Blueprint("mfa_enroll", __name__, url_prefix="/u/mfa/enroll")


@blueprint.get("")
@page
def choose(visit: Visit) -> Response | str:
    """Let the person pick a kind; a single one needs no choice."""
    if refusal := _refusal(visit):
        return refusal
    found = _kinds(visit)
    if len(found) == 1:
        return visit.to("mfa_enroll.show", kind=found[0].name)
    return render_template("mfa/enroll_choose.html", visit=visit, kinds=found)


@blueprint.get("/<kind>")
@page
def show(visit: Visit, kind: str) -> Response | tuple[str, int]:
    chosen = _kind(visit, kind)
    if chosen is None or _refusal(visit):
        return visit.to("mfa_enroll.choose")
    WAYS[kind].open(visit, chosen)
    return _render(visit, chosen)


@blueprint.post("/<kind>")
@page
def answer(visit: Visit, kind: str) -> Response | tuple[str, int]:
    """Take the first page's number or address, or the proof that ends the enrollment."""
    chosen = _kind(visit, kind)
    if chosen is None or _refusal(visit):
        return visit.to("mfa_enroll.choose")
    try:
        if "start" in request.form:
            WAYS[kind].start(visit, chosen, request.form)
            return visit.to("mfa_enroll.show", kind=kind)
        method = _confirm(visit, chosen)
    except MfaError as error:
        return _render(visit, chosen, error)
    _finish(visit, chosen, method)
    return flow.onward(visit)


@blueprint.post("/<kind>/restart")
@page
def restart(visit: Visit, kind: str) -> Response:
    """Another number, another QR code: begin this kind again."""
    visit.progress.draft_id = None
    return visit.to("mfa_enroll.show", kind=kind)


@blueprint.get("/push-state")
@page
def push_state(visit: Visit) -> Response:
    """What the page asks while it waits for the phone to scan."""
    return jsonify({"state": "approved" if _scanned(visit) else "pending"})


def _confirm(visit: Visit, kind: Kind) -> Method:
    """Under the tenant's lock: of two racing requests one finishes the enrollment."""
    way = WAYS[kind.name]
    with visit.store.lock:
        limits.check(visit.store, visit.user, way.limit)
        try:
            return way.confirm(visit, kind, request.form)
        except WrongCodeError:
            limits.spend(visit.store, visit.user, way.limit)
            raise


def _finish(visit: Visit, kind: Kind, method: Method) -> None:
    """Spend the ticket or pass the sign-in; a first recovery code comes with the first factor."""
    visit.progress.draft_id, visit.progress.finished = None, kind.label
    visit.user.updated_at = visit.store.now()
    journal.note(visit, "gd_enrollment_complete", method)
    if visit.ticket:
        visit.ticket.used = True
    else:
        flow.passed(visit, kind, method)
    if visit.store.settings.factors.get("recovery-code") and not visit.user.recovery_code:
        visit.progress.fresh_recovery_code = catalogue.new_recovery_code(visit.store, visit.user)


def _kinds(visit: Visit) -> list[Kind]:
    allowed = kinds.of_ticket(visit.ticket.factor if visit.ticket else None)
    found, types = options.enrollable(visit.store, allowed), demand.named(visit, "enroll")
    return found if types is None else [kind for kind in found if kind.action_type in types]


def _kind(visit: Visit, name: str) -> Kind | None:
    return next((kind for kind in _kinds(visit) if kind.name == name), None)


def _refusal(visit: Visit) -> Response | str | None:
    """Why there is nothing to enroll here now.

    A sign-in with something to answer is challenged first: a password alone must not add a factor.
    """
    enrolled = bool(options.challenges(visit.store, visit.user)) and not _scanned(visit)
    if visit.progress.finished:
        return flow.onward(visit)
    if visit.tx and enrolled and not visit.tx.mfa_done:
        return visit.to("mfa_challenge.start")
    if visit.ticket and enrolled and not visit.ticket.allow_multiple_enrollments:
        words = "A second factor is set up on this account already, and this link is for a first one."
        return render_template("mfa/problem.html", problem=words)
    if not _kinds(visit):
        words = "The tenant does not offer this kind of second factor at present."
        return render_template("mfa/problem.html", problem=words)
    return None


def _scanned(visit: Visit) -> bool:
    """The phone has confirmed what this very visit began: that is no earlier factor, it is to be finished."""
    method = visit.store.method(visit.user.user_id, visit.progress.draft_id or "")
    return method is not None and method.confirmed


def _render(visit: Visit, kind: Kind, error: MfaError | None = None) -> tuple[str, int]:
    way = WAYS[kind.name]
    html = render_template(
        way.enroll_page,
        visit=visit,
        kind=kind,
        problem=error,
        waiting=isinstance(error, NotYetError),
        several=len(_kinds(visit)) > 1,
        **way.enroll_context(visit, kind),
    )
    return html, error.status if error else 200
