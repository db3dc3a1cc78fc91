"""The response header that neither Django nor the packages for headers send."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, has_vary_header
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def no_copies(get_response: Callable[[HttpRequest], Any]) -> Callable[..., object]:
    """Let nobody keep a page that depends on who is signed in; comes before the session's middleware.

    Most pages say so themselves. The home page and error pages have a visitor's name in their header too, and
    the next person at a shared machine has a back button.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            return _forbid_copies(await get_response(request))

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        return _forbid_copies(get_response(request))

    return answer


def _forbid_copies(response: HttpResponse) -> HttpResponse:
    if has_vary_header(response, "Cookie") and "Cache-Control" not in response.headers:
        add_never_cache_headers(response)
    return response
