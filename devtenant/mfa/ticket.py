"""The hosted enrollment page behind a Guardian ticket: five days, one factor, then it is spent."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from devtenant.mfa.pages import page
from devtenant.mfa.visits import USED, NoVisitError, Visit

blueprint = Blueprint("mfa_ticket", __name__, url_prefix="/guardian")


@blueprint.get("/enroll")
@page
def start(visit: Visit) -> Response:
    """Where the link leads: once, however well its last page may be loaded again."""
    if visit.progress.finished:
        raise NoVisitError(USED)
    return visit.to("mfa_enroll.choose")


@blueprint.get("/enrolled")
@page
def done(visit: Visit) -> Response | str:
    if not visit.progress.finished:
        return visit.to("mfa_enroll.choose")
    return render_template("mfa/enrolled.html", visit=visit, label=visit.progress.finished)
