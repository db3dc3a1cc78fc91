"""What all pages of the second factor share: finding the visit, and saying so when there is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, make_response, render_template

from devtenant.mfa import visits
from devtenant.mfa.visits import NoVisitError


def page(view: Callable[..., Any]) -> Callable[..., Response]:
    """Hand the visit to a view."""

    @wraps(view)
    def wrapper(**values: Any) -> Response:
        try:
            return make_response(view(visits.current(), **values))
        except NoVisitError as problem:
            return make_response(render_template("mfa/problem.html", problem=problem), 404)

    return wrapper
