"""Auth0's own error page, for what cannot be sent back to an application."""

from __future__ import annotations

from flask import Response, make_response, render_template

TITLES = {429: "Too many requests"}


class PageError(Exception):
    """Stop and show the error page."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


def error_page(error: str, description: str, status: int = 400) -> Response:
    """A page that says what went wrong, with the error's name for whoever has to look into it."""
    body = render_template("error.html", error=error, description=description)
    return make_response(body, status)


def as_page(problem: PageError) -> Response:
    """The same from an exception; registered for the whole application."""
    return error_page(problem.error, problem.description, problem.status)
