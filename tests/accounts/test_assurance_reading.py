"""The session's record is parsed once a request, and read again where it changes."""

from typing import Any

import pytest
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.step_up import assurance as module
from accounts.step_up import require_for, step_up_required
from tests.accounts.urls import urlpatterns as gated_urls
from tests.support.person import Person


@step_up_required
def gated(request: HttpRequest) -> HttpResponse:
    for _ in range(3):
        require_for(request)
    return HttpResponse(f"mfa at {request.assurance.mfa_at}")  # type: ignore[attr-defined]


def signs_out(request: HttpRequest) -> HttpResponse:
    before = bool(request.assurance)  # type: ignore[attr-defined]
    logout(request)
    return HttpResponse(f"{before} {bool(request.assurance)}")  # type: ignore[attr-defined]


urlpatterns = [*gated_urls, path("counted/", gated), path("signs-out/", signs_out)]


@pytest.fixture(autouse=True)
def _site(gated_site: None, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every record that is parsed."""
    records: list[Any] = []
    parse = module._load

    def count(stored: Any, user: Any) -> Any:
        records.append(stored)
        return parse(stored, user)

    monkeypatch.setattr(module, "_load", count)
    return records


def test_record_is_parsed_once_a_request(tess: Person, parsed: list[Any], settings: Any) -> None:
    tess.step_up("/counted/")
    settings.STEP_UP_RULES = ["/counted/"]
    parsed.clear()
    response = tess.client.get("/counted/")
    assert response.content.startswith(b"mfa at 2")
    assert len(parsed) == 1


def test_request_assurance_ends_with_the_session(tess: Person) -> None:
    tess.step_up("/counted/")
    assert tess.client.get("/signs-out/").content == b"True False"
