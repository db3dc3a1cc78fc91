"""One lane: a tenant behind a faulty proxy, two replicas, stores and a mail server, all of its own."""

import contextlib
import io
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tests.faults.mail import MailServer
from tests.faults.proxy import Call, FaultProxy
from tests.faults.replicas import Replica
from tests.faults.stores import Cache, Database, Servers, stores
from tests.support.http_client import HttpClient
from tests.support.tenant import Account, Tenant, TenantProcess
from tools import ports
from tools.processes import Stage

if TYPE_CHECKING:
    from mfaproject.users.models import User

SETTINGS = "tests.faults.settings"
BACKEND = "accounts.login.backend.Auth0Backend"
REPLICAS = 2
# Longer than any lease, pause or delay of the site's.
LONG = timedelta(hours=1)
CSRF = "a" * 32


class Lane:
    """Everything that a run of changes needs; this process is one of the site's too, for commands."""

    def __init__(
        self, database: Database, cache: Cache, mail: MailServer, proxy: FaultProxy, tenant: Tenant
    ) -> None:
        self.database, self.cache, self.mail, self.proxy, self.tenant = database, cache, mail, proxy, tenant
        self.replicas: list[Replica] = []
        # Calls that failed for some change, in each way.
        self.driven: set[Call] = set()
        self._exchanges: list[dict[str, Any]] = []

    # Replicas

    def swap(self) -> Replica:
        """Give the next change to the other replica."""
        self.replicas.reverse()
        self.replicas[0].wait()
        return self.replicas[0]

    def reader(self) -> Replica:
        """The other one, to look at what was done; the same one while the other starts."""
        actor, other = self.replicas
        if actor.is_dead:
            other.wait()
        return other if actor.is_dead or other.is_up else actor

    # People

    def user(self, account: Account, **fields: Any) -> "User":
        # Models can be imported once Django is set up.
        from accounts.login.pipeline import follow_staff_flag
        from tests.support.users import make_user

        user = make_user(account.sub, email=account.email, **fields)
        follow_staff_flag(user)
        return user

    def signed_in(self, user: "User", ago: timedelta = timedelta()) -> HttpClient:
        """Give a browser the session of somebody who passed a second factor, just now or a while ago."""
        from django.test import Client

        from accounts.testing import prove_mfa

        visitor, client = Client(headers={"host": "localhost"}), HttpClient(self.replicas[0].url)
        visitor.force_login(user, BACKEND)
        prove_mfa(visitor, ago)
        for name, morsel in visitor.cookies.items():
            client.http.cookies.set(name, morsel.value)
        client.http.cookies.set("mfaproject_csrftoken", CSRF)
        return client

    # What is so

    def has_acted(self, account: Account, ending: str) -> bool:
        """Whether the tenant has carried out a call about somebody (path or body) whose path ends so."""
        self._exchanges += self.tenant.exchanges("/api/v2/")
        mine = account.sub.rpartition("|")[2]
        return any(
            mine in exchange["path"] + exchange["request_body"]
            and exchange["path"].endswith(ending)
            and exchange["status"] < 300
            for exchange in self._exchanges
        )

    # Time

    def let_calls_end(self) -> None:
        """Wait until no call is under way, late ones included, and no email."""
        while self.proxy.is_busy or self.mail.is_busy:
            time.sleep(0.05)

    def pass_time(self) -> None:
        """Let everything that waits become due: leases, retries, emails, the end of what was begun."""
        from django.db.models import F

        from enrollment.models.locks import ChangeLease
        from enrollment.models.operation import Operation
        from enrollment.models.outbox import OutboxEmail
        from enrollment.models.pending_enrollment import PendingEnrollment

        waiting = {
            Operation: ("busy_until", "retry_at"),
            OutboxEmail: ("next_try_at",),
            ChangeLease: ("held_until",),
            PendingEnrollment: ("lease_until", "clean_up_at", "expires_at"),
        }
        for model, fields in waiting.items():
            for name in fields:
                rows = model._default_manager.exclude(**{name: None})
                rows.update(**{name: F(name) - LONG})
        self.cache.clear()

    def clean_up(self) -> None:
        """What the operator's timer runs."""
        from django.core.management import CommandError, call_command

        with contextlib.suppress(CommandError):
            call_command("mfa_cleanup", stdout=io.StringIO(), stderr=io.StringIO())


@contextmanager
def open_lane(servers: Servers, folder: Path, name: str) -> Iterator[Lane]:
    """Start everything, and end it; nothing is left."""
    stage, tenant_port = Stage(folder), ports.free()
    with ExitStack() as ends:
        database, cache = ends.enter_context(stores(servers, stage.folder, name))
        mail, proxy = MailServer(), FaultProxy(tenant_port)
        ends.callback(mail.close)
        ends.callback(proxy.close)
        process = TenantProcess("--port", str(tenant_port), "--base-url", f"http://localhost:{proxy.port}")
        tenant = Tenant(process)
        ends.callback(tenant.close)
        tenant.set_settings(rate_limits=False)
        environment = _environment(stage, process.facts, database, cache, mail)
        os.environ |= environment
        django.setup()
        stage.manage(environment, "migrate")
        _install_actions(tenant)
        lane = Lane(database, cache, mail, proxy, tenant)
        for number in range(REPLICAS):
            replica = Replica(environment, stage.log(f"replica{number}"))
            ends.callback(replica.stop)
            lane.replicas.append(replica)
        ends.callback(_close_connections)
        yield lane


def _install_actions(tenant: Tenant) -> None:
    # What it imports needs Django set up.
    from tests.support.actions import CLAIMS, STEP_UP, install_actions

    install_actions(tenant, STEP_UP, CLAIMS)
    tenant.keep_actions()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _environment(
    stage: Stage, facts: dict[str, Any], database: Database, cache: Cache, mail: MailServer
) -> dict[str, str]:
    own = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DATABASE_URL": database.url,
        "CACHE_URL": cache.url,
        "FAULTS_CACHE_PREFIX": cache.prefix,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
    }
    return stage.environment(facts) | own
