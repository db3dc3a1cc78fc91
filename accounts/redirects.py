"""Where a visitor may be sent: paths of this site, and nothing else."""

import unicodedata
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

MAX_LENGTH = 2000


def local_path(value: object) -> str | None:
    """Give back a path of this site, query included, or None for anything that could lead elsewhere."""
    if not isinstance(value, str) or not value.startswith("/") or len(value) > MAX_LENGTH:
        return None
    # Browsers drop some of these on the way, and a line break would begin another header.
    if any(unicodedata.category(character) == "Cc" for character in value):
        return None
    return value if url_has_allowed_host_and_scheme(value, allowed_hosts=None) else None


def path_of_same_origin(request: HttpRequest, url: str | None) -> str | None:
    """Cut a full address down to its path, if it is one of this very site."""
    if not url or not url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    ):
        return None
    parts = urlsplit(url)
    return local_path(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")


def see_other(url: str) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": iri_to_uri(url)})
