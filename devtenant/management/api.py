"""What every Management call goes through: the bucket, the token, the scope, then the tenant's log."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Response, g, request

from devtenant.bearer import Bearer, BearerError, read_bearer
from devtenant.current import store
from devtenant.management.errors import ManagementError, answer, unknown_user
from devtenant.ratelimit import Reading, spend
from devtenant.records import User

P = ParamSpec("P")
R = TypeVar("R")

api = Blueprint("management", __name__, url_prefix="/api/v2")

_USER_PATHS = ("/api/v2/users/<user_id>", "/api/v2/users", "/api/v2/users-by-email")
_TOO_MANY = (
    "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers."
)


def caller() -> Bearer:
    """The application whose token this request carries."""
    found: Bearer = g.bearer
    return found


def user_or_404(user_id: str) -> User:
    user = store().users.get(user_id)
    if user is None:
        raise unknown_user()
    return user


def needs(*scopes: str, every: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuses a token with none of the scopes, or without one of them when `every` is asked for."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            held = [scope in caller().scopes for scope in scopes]
            if not (all(held) if every else any(held)):
                how = "all" if every else "any"
                message = f"Insufficient scope, expected {how} of: {', '.join(scopes)}"
                raise ManagementError(403, message, "insufficient_scope")
            with store().lock:
                return view(*args, **kwargs)

        return guarded

    return decorate


def record_write(description: str, *, user_id: str | None = None) -> None:
    """Puts a write through this API into the tenant's log (`sapi`), as support-desk resets are."""
    auth = {"client_id": caller().client_id}
    made = {"method": request.method.lower(), "path": request.path, "auth": auth}
    store().log("sapi", description, user_id=user_id, request=made)


def bucket() -> str:
    """Names the bucket of this request; the plan decides whether it has one of that name."""
    rule = request.url_rule.rule if request.url_rule else ""
    if rule in _USER_PATHS:
        return "read-users" if request.method == "GET" else "write-users"
    if request.method == "GET" and rule.startswith(("/api/v2/logs", "/api/v2/users/<user_id>/logs")):
        return "read-logs"
    if request.method == "GET" and rule.startswith("/api/v2/clients"):
        return "read-clients"
    return "management"


@api.before_request
def admit() -> None:
    g.reading = spend(store(), bucket())
    if not g.reading.allowed:
        store().log("api_limit", "The Management API's rate limit was reached")
        raise ManagementError(429, _TOO_MANY, "too_many_requests")
    try:
        g.bearer = read_bearer(store(), request.headers.get("Authorization", ""), store().audience("api/v2/"))
    except BearerError as error:
        raise ManagementError(401, str(error), "invalid_token") from error


@api.after_request
def tell_the_rate(response: Response) -> Response:
    reading: Reading | None = g.get("reading")
    if reading is not None:
        response.headers.update(reading.headers)
    return response


@api.errorhandler(ManagementError)
def refuse(error: ManagementError) -> Response:
    return answer(error)
