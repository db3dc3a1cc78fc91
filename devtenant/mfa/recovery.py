"""The page that shows a new recovery code, once, until the person says it is saved."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from devtenant.mfa import flow
from devtenant.mfa.pages import page
from devtenant.mfa.visits import Visit

blueprint = Blueprint("mfa_recovery", __name__, url_prefix="/u/mfa")


@blueprint.get("/recovery-code")
@page
def show(visit: Visit) -> Response | str:
    if visit.progress.fresh_recovery_code is None:
        return flow.onward(visit)
    return render_template("mfa/recovery_code.html", visit=visit, code=visit.progress.fresh_recovery_code)


@blueprint.post("/recovery-code")
@page
def saved(visit: Visit) -> Response | tuple[str, int]:
    code = visit.progress.fresh_recovery_code
    if code and "saved" not in request.form:
        words = "Save the code first, then tick the box."
        return render_template("mfa/recovery_code.html", visit=visit, code=code, problem=words), 400
    visit.progress.fresh_recovery_code = None
    return flow.onward(visit)
