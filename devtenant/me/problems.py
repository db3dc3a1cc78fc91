"""Refusals of the My Account API: problem bodies under Auth0's own `type` addresses."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, jsonify

_TYPE = "https://auth0.com/api-errors/A0E-{}"


class MeError(Exception):
    """Ends the request with a problem body; `code` is the tail of Auth0's error type, such as 400-0003."""

    def __init__(
        self, code: str, title: str, detail: str, *, errors: Sequence[Mapping[str, str]] = ()
    ) -> None:
        super().__init__(detail)
        self.code, self.title, self.detail, self.errors = code, title, detail, errors
        self.headers: dict[str, str] = {}

    @property
    def status(self) -> int:
        return int(self.code.partition("-")[0])


def answer(error: MeError) -> Response:
    problem: dict[str, Any] = {
        "type": _TYPE.format(error.code),
        "status": error.status,
        "title": error.title,
        "detail": error.detail,
    }
    if error.errors:
        problem["validation_errors"] = list(error.errors)
    response = jsonify(problem)
    response.status_code = error.status
    response.headers.update(error.headers)
    return response


def invalid(detail: str, pointer: str = "") -> MeError:
    """A body whose member at `pointer` cannot be used."""
    errors = [validation_error(detail, pointer)] if pointer else []
    return MeError("400-0003", "Validation failed", detail, errors=errors)


def bad_request(detail: str) -> MeError:
    return MeError("400-0001", "Bad Request", detail)


def not_found() -> MeError:
    return MeError("404-0001", "Not Found", "Resource not found")


def conflict(detail: str) -> MeError:
    return MeError("409-0001", "Conflict", detail)


def too_many(detail: str, wait_seconds: int, *, tenant_wide: bool = False) -> MeError:
    error = MeError("429-0001", "Too Many Requests", detail)
    error.headers = {"retry-after": str(wait_seconds)}
    if tenant_wide:
        error.headers["x-auth0-error-kind"] = "global-rate-limit"
    return error


def validation_error(detail: str, pointer: str, source: str = "body") -> dict[str, str]:
    field = pointer.rpartition("/")[2]
    return {"detail": detail, "field": field, "pointer": pointer, "source": source}
