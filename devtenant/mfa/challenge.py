"""The challenge pages: the best method first, every other one behind "Try another method"."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from devtenant.mfa import demand, flow, journal, limits
from devtenant.mfa.errors import MfaError, NotYetError, TooManyError, WrongCodeError
from devtenant.mfa.options import Option
from devtenant.mfa.pages import page
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways import WAYS
from devtenant.records import Method

blueprint = Blueprint("mfa_challenge", __name__, url_prefix="/u/mfa")


@blueprint.get("/challenge")
@page
def start(visit: Visit) -> Response:
    """Lead to the method that suits best."""
    found = demand.offered(visit)
    if not found:
        return visit.to("mfa_enroll.choose")
    journal.note(visit, "gd_start_auth", next(iter(found[0].methods), None))
    return visit.to("mfa_challenge.show", option=found[0].id)


@blueprint.get("/challenge/<path:option>")
@page
def show(visit: Visit, option: str) -> Response | tuple[str, int] | str:
    chosen = _option(visit, option)
    if chosen is None:
        return visit.to("mfa_challenge.start")
    try:
        WAYS[chosen.kind.name].begin(visit, chosen)
    except MfaError as error:
        return _render(visit, chosen, error)
    return _render(visit, chosen)


@blueprint.post("/challenge/<path:option>")
@page
def answer(visit: Visit, option: str) -> Response | tuple[str, int] | str:
    chosen = _option(visit, option)
    if chosen is None:
        return visit.to("mfa_challenge.start")
    try:
        method = _check(visit, chosen)
    except MfaError as error:
        return _render(visit, chosen, error)
    visit.progress.remember = flow.may_remember(visit) and "remember" in request.form
    flow.passed(visit, chosen.kind, method)
    return flow.onward(visit)


@blueprint.post("/resend/<path:option>")
@page
def resend(visit: Visit, option: str) -> Response | tuple[str, int] | str:
    chosen = _option(visit, option)
    if chosen is None:
        return visit.to("mfa_challenge.start")
    try:
        WAYS[chosen.kind.name].resend(visit, chosen)
    except MfaError as error:
        return _render(visit, chosen, error)
    return visit.to("mfa_challenge.show", option=option)


@blueprint.get("/methods")
@page
def methods(visit: Visit) -> str:
    """Every method that this person can answer with."""
    found = demand.offered(visit)
    return render_template("mfa/methods.html", visit=visit, options=found)


@blueprint.post("/cancel")
@page
def cancel(visit: Visit) -> Response:
    return flow.cancel(visit)


@blueprint.get("/push-state")
@page
def push_state(visit: Visit) -> Response:
    """What the page asks while it waits for the phone."""
    found = _option(visit, request.args.get("option", ""))
    state = WAYS[found.kind.name].challenge_context(visit, found).get("push_state") if found else None
    return jsonify({"state": state or "expired"})


def _check(visit: Visit, option: Option) -> Method | None:
    """Check under the tenant's lock, so that one code answers one of two racing requests."""
    way = WAYS[option.kind.name]
    with visit.store.lock:
        try:
            limits.check(visit.store, visit.user, way.limit)
            method = way.check(visit, option, request.form)
        except WrongCodeError:
            limits.spend(visit.store, visit.user, way.limit)
            journal.failed(visit, option)
            raise
        except TooManyError:
            journal.limited(visit, option)
            raise
    if option.kind.name == "recovery-code":
        journal.note(visit, "gd_recovery_succeed", method)
    return method


def _option(visit: Visit, wanted: str) -> Option | None:
    """One of the person's own options, never an id from the address alone."""
    return next((o for o in demand.offered(visit) if o.id == wanted), None)


def _render(visit: Visit, option: Option, error: MfaError | None = None) -> Response | tuple[str, int]:
    way = WAYS[option.kind.name]
    html = render_template(
        way.challenge_page,
        visit=visit,
        option=option,
        problem=error,
        waiting=isinstance(error, NotYetError),
        may_remember=flow.may_remember(visit),
        others=len(demand.offered(visit)) > 1,
        **way.challenge_context(visit, option),
    )
    return html, error.status if error else 200
