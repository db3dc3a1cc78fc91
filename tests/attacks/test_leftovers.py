"""What visitors leave who begin and never come back: the commands that the README names clear it."""

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from social_django.models import Association, Nonce

from tests.support.clock import Clock
from tests.support.tenant import Tenant


def test_trips_that_were_begun_and_left_are_cleared(tenant: Tenant, db: None, elapse: Clock) -> None:
    for _ in range(3):
        Client(headers={"host": "localhost:8000"}).post("/auth/login/auth0/")
    assert (Association.objects.count(), Nonce.objects.count(), Session.objects.count()) == (3, 3, 3)
    elapse(2 * 24 * 3600)
    call_command("clearsessions")
    call_command("clearsocial", age=1)
    assert (Association.objects.count(), Nonce.objects.count(), Session.objects.count()) == (0, 0, 0)
