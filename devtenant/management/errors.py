"""Refusals of the Management API, in its own shape."""

from http import HTTPStatus

from flask import Response, jsonify


class ManagementError(Exception):
    """Ends the request with this status, message and `errorCode`."""

    def __init__(self, status: int, message: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code


def answer(error: ManagementError) -> Response:
    response = jsonify(
        statusCode=error.status,
        error=HTTPStatus(error.status).phrase,
        message=error.message,
        errorCode=error.code,
    )
    response.status_code = error.status
    return response


def unknown_user() -> ManagementError:
    return ManagementError(404, "The user does not exist.", "inexistent_user")


def unknown_method() -> ManagementError:
    message = "The authentication method does not exist."
    return ManagementError(404, message, "inexistent_authentication_method")


def not_found(what: str) -> ManagementError:
    return ManagementError(404, f"{what} not found.", "not_found")


def conflict(message: str) -> ManagementError:
    return ManagementError(409, message, "conflict")
