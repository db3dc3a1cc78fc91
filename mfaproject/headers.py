"""Response headers that neither Django nor django-csp sends."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, has_vary_header
from django.utils.decorators import sync_and_async_middleware

# Everything a page of ours could be tricked into asking for is off; passkeys are what the site is about.
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment", "usb")),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)


@sync_and_async_middleware
def permissions_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., object]:
    """Say which powerful features of the browser a page may use."""
    return _completed(get_response, _say_policy)


@sync_and_async_middleware
def no_copies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., object]:
    """Let nobody keep a page that depends on who is signed in; comes before the session's middleware.

    Most pages say so themselves. The home page and error pages have a visitor's name in their header too, and
    the next person at a shared machine has a back button.
    """
    return _completed(get_response, _forbid_copies)


def _say_policy(response: HttpResponse) -> None:
    response.headers["Permissions-Policy"] = PERMISSIONS_POLICY


def _forbid_copies(response: HttpResponse) -> None:
    if has_vary_header(response, "Cookie") and "Cache-Control" not in response.headers:
        add_never_cache_headers(response)


def _completed(
    get_response: Callable[[HttpRequest], Any], complete: Callable[[HttpResponse], None]
) -> Callable[..., object]:
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(request)
            complete(response)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        response: HttpResponse = get_response(request)
        complete(response)
        return response

    return answer
