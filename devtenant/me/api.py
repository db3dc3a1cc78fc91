"""What every My Account call goes through: activation, the person's token, the limits, the scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Response, g, request
from jsonschema import Draft202012Validator

from devtenant.bearer import Bearer, BearerError, read_bearer
from devtenant.current import store
from devtenant.me.problems import MeError, answer, not_found, too_many, validation_error
from devtenant.mfa.errors import TooManyError
from devtenant.ratelimit import Reading, spend
from devtenant.records import User

P = ParamSpec("P")
R = TypeVar("R")

api = Blueprint("me", __name__, url_prefix="/me/v1")


def person() -> User:
    """Whose token this is: no call of this API can name anybody else."""
    found: User = g.person
    return found


def needs(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            bearer: Bearer = g.bearer
            if scope not in bearer.scopes:
                raise MeError("403-0002", "Insufficient Scope", f"Insufficient scope, expected: {scope}")
            with store().lock:
                return view(*args, **kwargs)

        return guarded

    return decorate


def body(schema: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The JSON body, strictly: an unknown member is refused like a wrong one."""
    if request.mimetype != "application/json":
        raise MeError("415-0001", "Unsupported Media Type", "The body must be application/json")
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise MeError("400-0001", "Bad Request", "The body must be a JSON object")
    problems = [
        validation_error(error.message, "".join(f"/{part}" for part in error.absolute_path))
        for error in Draft202012Validator(schema(sent)).iter_errors(sent)
    ]
    if problems:
        raise MeError("400-0003", "Validation failed", "Payload does not match", errors=problems)
    return sent


def record(operation: str, method_id: str, kind: str, *, failed: bool = False) -> None:
    """Puts an operation into the tenant's log under the type that this API has."""
    outcome = "failed" if failed else "succeeded"
    store().log(
        f"my_account_authentication_method_{outcome}",
        f"My Account: {operation} {kind} {outcome}",
        user_id=person().user_id,
        operation=operation,
        authentication_method=kind,
        authentication_method_id=method_id,
        request={"method": request.method, "path": request.path},
    )


@api.before_request
def admit() -> None:
    if not store().settings.my_account_active:
        raise not_found()
    _identify()
    _meter()


def _identify() -> None:
    header = request.headers.get("Authorization", "")
    try:
        g.bearer = read_bearer(store(), header, store().audience("me/"))
    except BearerError as error:
        code = "401-0003" if header else "401-0001"
        raise MeError(code, "Invalid Token" if header else "Unauthorized", str(error)) from error
    user = store().users.get(g.bearer.subject)
    if user is None or user.blocked:
        raise MeError("401-0003", "Invalid Token", "The token belongs to nobody who may use it")
    g.person = user


def _meter() -> None:
    kind = "read" if request.method == "GET" else "write"
    if request.method == "GET" and "type" in request.args:
        kind = "filtered"
    tenant = spend(store(), f"me-tenant-{kind}")
    g.reading = spend(store(), f"me-user-{kind}", person().user_id) if tenant.allowed else tenant
    if not g.reading.allowed:
        store().log("api_limit", "The My Account API's rate limit was reached", user_id=person().user_id)
        whose = "This person has" if tenant.allowed else "The tenant has"
        detail = f"{whose} made too many requests. Try again later."
        raise too_many(detail, g.reading.wait_seconds, tenant_wide=not tenant.allowed)


@api.after_request
def tell_the_rate(response: Response) -> Response:
    reading: Reading | None = g.get("reading")
    if reading is not None:
        response.headers.update(reading.headers)
    return response


@api.errorhandler(MeError)
def refuse(error: MeError) -> Response:
    return answer(error)


@api.errorhandler(TooManyError)
def refuse_too_many(error: TooManyError) -> Response:
    """Wrong codes and sent codes have limits of their own, shared with the sign-in pages."""
    return answer(too_many(str(error), 60))


@api.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing_here(rest: str) -> Response:  # noqa: ARG001  # the rule names it
    raise not_found()
