"""Health endpoints."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.support import shared_cache


def test_healthz_without_a_database_answers(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_with_all_parts_up_says_so(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "cache": "ok"}


@pytest.mark.django_db
def test_readyz_with_a_dead_cache_is_ready_and_says_what_is_missing(
    client: Client, settings: Settings
) -> None:
    settings.CACHES = shared_cache.DEAD
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "cache": "degraded"}


def test_readyz_with_a_refused_database_is_not_ready(client: Client) -> None:
    """Without the `django_db` mark pytest-django blocks the database: as good as one that is down."""
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
