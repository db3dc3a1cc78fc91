"""Confirming while the tenant's list of methods cannot be read: nobody knows whether a phone was quicker."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache

from enrollment.models.activity import ActivityEvent
from tests.enrollment.adding import Adder
from tests.enrollment.reading import heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
LIST = "GET /api/v2/users/*/authentication-methods"


def begun(nia: Person, kind: str) -> Adder:
    """Somebody's first factor, begun here; their list is in no cache any more."""
    adder = Adder(nia, kind)
    adder.begin()
    cache.clear()
    return adder


def trail() -> list[str]:
    return [f"{row.action} {row.outcome}" for row in ActivityEvent.objects.order_by("pk")]


def test_scanned_app_is_told_as_unknown_while_the_list_is_unread(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    nia = begun(person("nia"), "push")
    nia.scan()
    tenant.fault(LIST, status=503)

    page = nia.confirm()

    assert page.status_code == 503
    assert "tell yet whether it was added" in text_of(page)
    assert 'class="qr"' not in page.content.decode()
    assert trail() == []

    tenant.control("faults", [])
    elapse.here(timedelta(minutes=1))
    assert "is on your account" in heading_of(nia.who.follow(nia.who.client.get(nia.path)))
    assert trail() == ["factor:added done"]


def test_scanned_app_is_not_told_as_undone_beside_an_old_list(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    nia = Adder(person("nia"), "push")
    nia.begin()
    nia.scan()
    elapse.here(timedelta(minutes=2))
    tenant.fault(LIST, status=503)

    page = nia.confirm()

    assert "was not done" not in text_of(page)
    assert "may have been done" in text_of(page)
    assert trail() == []


@pytest.mark.parametrize("kind", ["totp", "phone", "email"])
def test_code_is_not_used_up_while_the_list_is_unread(person: People, tenant: Tenant, kind: str) -> None:
    nia = begun(person("nia"), kind)
    code = nia.code()
    tenant.fault(LIST, status=503)

    page = nia.confirm(code)

    assert page.status_code == 503
    assert "Nothing is lost" in text_of(page)
    assert trail() == []
    tenant.control("faults", [])
    assert nia.confirm(code).status_code == 200


def test_step_is_not_shown_while_nobody_knows_who_may_see_it(person: People, tenant: Tenant) -> None:
    """Asking for a second factor is no way out for somebody who has none."""
    nia = begun(person("nia"), "totp")
    tenant.fault(LIST, status=503)

    page = nia.who.client.get(nia.path)

    assert page.status_code == 503
    assert "otpauth:" not in page.content.decode()
    assert nia.method()["secret"][:4] not in page.content.decode()
