"""A redirect after a POST, by GET and to wherever we say (RFC 9110, section 15.4.4)."""

from http import HTTPStatus

from django.http import HttpResponse
from django.utils.encoding import iri_to_uri


def see_other(url: str) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": iri_to_uri(url)})
