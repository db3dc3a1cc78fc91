"""The tenant's front page, for whoever opens its address."""

from __future__ import annotations

from flask import Blueprint, render_template

from devtenant import overview
from devtenant.current import store

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """Who can sign in, and where the phone is."""
    return render_template("home.html", people=overview.facts(store())["users"])
