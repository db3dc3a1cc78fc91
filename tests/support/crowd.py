"""People who open their security page in the same moment, and wait for what it could not load yet."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

from django.test import Client

from mfaproject.users.models import User
from tests.support.http_client import HttpClient
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads
from tests.support.users import make_user

SECURITY = "/account/security/"
MANAGEMENT = "/api/v2/"
FILLS = re.compile(r'data-fill="([^"]+)"\s+data-after="(\d+)"')


@dataclass
class Visitor:
    """Somebody signed in, whose page fills itself as the script does it."""

    client: Client | HttpClient
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    has_list: bool = False
    waited: float = 0.0

    def visit(self) -> None:
        """Open the page, and load it again whenever it says so, until the list is there or it gives up."""
        began, path = time.monotonic(), SECURITY
        while path:
            page = self._load(path)
            fills = FILLS.search(page)
            self.has_list = not fills and "Authenticator app" in page
            path = unescape(fills[1]) if fills else ""
            if fills:
                time.sleep(int(fills[2]))
        self.waited = time.monotonic() - began

    def _load(self, path: str) -> str:
        began = time.monotonic()
        response = self.client.get(path)
        self.seconds.append(time.monotonic() - began)
        self.statuses.append(response.status_code)
        return response.content.decode()


@dataclass(frozen=True)
class Outcome:
    """What became of a crowd, and what the tenant saw of it."""

    visitors: Sequence[Visitor]
    calls: int
    refusals: int

    @property
    def slowest_page(self) -> float:
        return max(seconds for visitor in self.visitors for seconds in visitor.seconds)

    @property
    def last_list(self) -> float:
        return max(visitor.waited for visitor in self.visitors)

    @property
    def pages(self) -> int:
        return sum(len(visitor.statuses) for visitor in self.visitors)


def person_with_an_app(tenant: Tenant, number: int) -> User:
    account = tenant.add_user(email=f"crowd-{number}@example.com", factors=[{"type": "totp"}])
    return make_user(account.sub, email=account.email)


def visitor_of(user: User) -> Visitor:
    client = Client(headers={"host": "localhost:8000"})
    client.force_login(user, backend="accounts.login.backend.Auth0Backend")
    return Visitor(client)


def open_at_once(tenant: Tenant, visitors: Sequence[Visitor]) -> Outcome:
    tenant.exchanges()
    with DatabaseThreads(len(visitors)) as workers:
        list(workers.map(Visitor.visit, visitors))
    seen = tenant.exchanges(MANAGEMENT)
    return Outcome(visitors, len(seen), sum(each["status"] == 429 for each in seen))
