"""Fixtures for the tests of accounts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tests.support.person import Person

if TYPE_CHECKING:
    # What the test client adds to a response (`request`, `context`, …) has this type only.
    from django.test.client import _MonkeyPatchedWSGIResponse as Response
else:
    from django.http import HttpResponse as Response

__all__ = ["PersonMaker", "Response"]

PersonMaker = Callable[..., Person]


@pytest.fixture
def gated_site(settings: Settings) -> None:
    """The site, and some gated views under /test/."""
    settings.ROOT_URLCONF = "tests.accounts.urls"
    templates: list[dict[str, Any]] = [dict(engine) for engine in settings.TEMPLATES]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], f"{__file__.rpartition('/')[0]}/templates"]
    settings.TEMPLATES = templates


@pytest.fixture
def tess(person: PersonMaker) -> Person:
    """Somebody with a second factor, signed in with the first one alone."""
    somebody = person("tess")
    assert somebody.sign_in().status_code == 302
    return somebody


@pytest.fixture
def rf() -> RequestFactory:
    return RequestFactory(headers={"host": "localhost"})
