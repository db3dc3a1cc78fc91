"""Response headers that neither Django nor django-csp sends."""

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
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
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = await get_response(request)
            response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        return response

    return answer
