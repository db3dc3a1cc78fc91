"""Who acts, from where, with what proof."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from accounts.sessions.client_ip import client_ip
from enrollment.actors import Actor, Source
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.support.users import make_user, unsaved_user

FORWARDED = "198.51.100.1, 203.0.113.2, 10.0.0.3"


def request(**meta: Any) -> HttpRequest:
    made = RequestFactory().get("/", headers={"user-agent": "A browser"}, **meta)
    made.user = AnonymousUser()
    made.session = SessionStore()
    return made


@pytest.mark.parametrize(
    ("proxies", "forwarded", "ip"),
    [
        (0, "", "127.0.0.1"),
        (0, FORWARDED, "127.0.0.1"),
        (1, FORWARDED, "10.0.0.3"),
        (2, FORWARDED, "203.0.113.2"),
        (2, " 2001:db8::1 , 10.0.0.3", "2001:db8::1"),
        # Fewer hops than proxies: the header did not come by way of ours.
        (4, FORWARDED, "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "<script>", None),
    ],
)
def test_address_is_the_connections_or_what_trusted_proxies_wrote(
    settings: Settings, proxies: int, forwarded: str, ip: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies

    assert client_ip(request(HTTP_X_FORWARDED_FOR=forwarded)) == ip


def test_address_of_a_unix_socket_is_none() -> None:
    assert client_ip(request(REMOTE_ADDR="")) is None


def test_visitor_who_is_not_signed_in_is_nobody() -> None:
    actor = Actor.from_request(request())

    assert actor.user is None
    assert actor.assurance is None
    assert not actor.is_operator
    assert actor.user_agent == "A browser"
    assert actor.site_url == "http://testserver"


def test_signed_in_visitor_is_themselves(db: None) -> None:
    visit = request()
    visit.user = make_user("auth0|nia", username="nia", email="nia@example.test")

    actor = Actor.from_request(visit, Source.ADMIN, "  because  ")

    assert (actor.user, actor.label, actor.source, actor.reason) == (
        visit.user,
        "nia@example.test",
        "admin",
        "because",
    )
    assert actor.is_self(visit.user)


def test_operator_is_nobody_at_the_site() -> None:
    operator = Actor.operator("root", " why ")

    assert operator.is_operator
    assert (operator.label, operator.reason) == ("root", "why")
    assert not operator.is_self(User(pk=None))


def test_two_unsaved_people_are_not_the_same(db: None) -> None:
    saved = User.objects.create(username="a")

    assert not acting(saved).is_self(User(username="a"))


def test_proof_about_somebody_else_is_none(db: None) -> None:
    nia, tess = unsaved_user("auth0|nia", pk=1), unsaved_user("auth0|tess", pk=2)

    assert acting(nia).proof is not None
    assert Actor(tess, acting(nia).assurance).proof is None
    assert Actor(None, acting(nia).assurance).proof is None
