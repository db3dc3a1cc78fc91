"""Health for machines: `/healthz` asks whether the process answers, `/readyz` whether it can serve people."""

import secrets

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.auth0 import cache

log = structlog.get_logger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process is alive: a "no" here is a reason to restart it, so nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database answers. Auth0 is not asked: with it down, pages still render from what is known.

    Nor does the cache decide: sessions do without it, and taken out of service no process would help anybody.
    """
    is_ready, has_cache = _database(), _cache()
    said = {"database": "ok" if is_ready else "down", "cache": "ok" if has_cache else "degraded"}
    return JsonResponse(said, status=200 if is_ready else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except Exception:  # whatever it is, it means "no"
        log.exception("readiness.failed", part="database")
        return False


def _cache() -> bool:
    """Say whether what is kept is found again; one that has just failed is let be, and not waited for."""
    value = secrets.token_hex(8)
    key = f"readyz:{value}"
    cache.store(key, value, 5)
    return bool(cache.load(key) == value)
