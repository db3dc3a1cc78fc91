"""The local tenant as a started process, and the handles that tests hold it by."""

import json
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Self
from urllib.parse import quote

import requests

from tests.support.codes import FreshCodes

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, "-m", "devtenant", "--port", "0", "--json", "--any-loopback-port")
START_SECONDS = 30
CALL_SECONDS = 10
# What the site is told to read, and writes into the Action that tells it.
ROLES_CLAIM = "https://mfaproject.example/roles"


class TenantDiedError(Exception):
    """The local tenant ended or stayed silent; the message is what it said last."""


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in at the tenant."""

    email: str
    password: str | None
    sub: str
    roles: tuple[str, ...] = ()

    @classmethod
    def parse(cls, user: dict[str, Any]) -> Self:
        """Read one user of the tenant's own listing."""
        sub = user.get("sub") or user["user_id"]
        return cls(user["email"], user.get("password"), sub, tuple(user.get("roles", ())))


class TenantProcess:
    """Starts a tenant on a free port and stops that one process again."""

    def __init__(self, *extra: str) -> None:
        self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        self.process = subprocess.Popen(
            [*COMMAND, *extra], cwd=ROOT, stdout=subprocess.PIPE, stderr=self.stderr, stdin=subprocess.DEVNULL
        )
        try:
            self.facts: dict[str, Any] = json.loads(self._first_line())
        except BaseException:
            self.stop()
            raise

    def _first_line(self) -> bytes:
        if self.process.stdout is None or not select.select([self.process.stdout], [], [], START_SECONDS)[0]:
            raise TenantDiedError(f"no word from the local tenant in {START_SECONDS} s: {self.last_words()}")
        line: bytes = self.process.stdout.readline()
        if not line.strip():
            raise TenantDiedError(f"the local tenant did not start: {self.last_words()}")
        return line

    def last_words(self) -> str:
        """The end of what it wrote to stderr."""
        self.stderr.seek(0)
        return self.stderr.read()[-4000:].decode(errors="replace") or "(nothing on stderr)"

    def check_alive(self) -> None:
        """Fail with the tenant's own words rather than with a refused connection."""
        if (status := self.process.poll()) is not None:
            raise TenantDiedError(f"the local tenant ended with status {status}: {self.last_words()}")

    def stop(self) -> None:
        """End this process, gently at first."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        if self.process.stdout:
            self.process.stdout.close()
        self.stderr.close()


class Tenant:
    """What tests say to the tenant besides using it: people, faults, clock, settings, and what it saw."""

    started: ClassVar[list["Tenant"]] = []

    def __init__(self, process: TenantProcess) -> None:
        self.process = process
        self._unchecked: list[dict[str, Any]] = []
        self._in_use = True
        self.base_url: str = process.facts["base_url"]
        self.domain = self.base_url.split("://", 1)[1]
        self.issuer = f"{self.base_url}/"
        self.clients: dict[str, dict[str, str]] = process.facts["clients"]
        self.roles_claim = ROLES_CLAIM
        self.offset, self.codes = 0.0, FreshCodes()
        self.http = requests.Session()
        self.http.trust_env = False
        Tenant.started.append(self)

    # People

    @property
    def accounts(self) -> dict[str, Account]:
        """The seeded people, by the part of their address before the @."""
        return {user["email"].split("@")[0]: Account.parse(user) for user in self.process.facts["users"]}

    def __getitem__(self, nick: str) -> Account:
        return self.accounts[nick]

    def add_user(self, **user: Any) -> Account:
        """Add a person, or change one; `devtenant/control/people.py` names the members."""
        return Account.parse(self.control("users", user))

    def user(self, account: Account) -> dict[str, Any]:
        """All that the tenant knows about a person, secrets included."""
        found: dict[str, Any] = self.read(f"users/{quote(account.sub, safe='')}")
        return found

    # Actions

    def bind(self, *names: str) -> None:
        """Let these Actions run at every sign-in, in this order, and no others."""
        self.control("actions", {"bindings": list(names)})

    def keep_actions(self) -> None:
        """Let every reset from now on come back to the Actions and bindings that are here now."""
        self.control("actions", {"keep": True})

    def run_action(self, code: str, **secrets: str) -> None:
        """Deploy an Action that is this code, and bind it alone."""
        self.control("actions", {"name": "test", "code": code, "secrets": secrets, "bindings": ["test"]})

    def set_risk(self, confidence: str = "", **assessments: dict[str, str]) -> None:
        """What Adaptive MFA says of the next sign-in; nothing at all without a confidence."""
        order = {"confidence": confidence, "assessments": assessments}
        self.control("risk", order if confidence else {})

    # Misbehaviour

    def fault(self, route: str, **fault: Any) -> None:
        """Misbehave at a route such as `GET /api/v2/users/*`; `devtenant/records.py` lists the ways."""
        self.control("faults", [{"route": route, **fault}])

    def token_fault(self, **fault: Any) -> None:
        """Spoil the next ID token: set, drop, header, key, alg."""
        self.control("tokens", fault)

    def set_settings(self, **settings: Any) -> None:
        """Change the tenant's switches: plan, policies, factors, rate_limits and so on."""
        self.control("settings", settings)

    def clock(self, offset: float) -> None:
        """Let the tenant live `offset` seconds ahead of real time."""
        self.offset = offset
        self.control("clock", {"offset": offset})

    def rotate_keys(self, **order: Any) -> None:
        """Sign with the next key from now on, or with one of these `bits` or this `use`."""
        self.control("keys/rotate", order)

    def reset(self) -> None:
        """Back to the seed; only the signing keys stay."""
        self.process.check_alive()
        self._in_use = True
        self.offset, self.codes = 0.0, FreshCodes()
        self.control("reset", {})

    # What came to the phone

    def phone(self) -> dict[str, Any]:
        """Messages, push requests, authenticators and demo credentials."""
        found: dict[str, Any] = self.read("phone.json")
        return found

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """What was sent, oldest first; to one number or address if `to` is given."""
        return [message for message in self.phone()["messages"] if to in ("", message["to"])]

    def code_for(self, account: Account) -> str:
        """A code of the person's authenticator app that the tenant has not seen yet."""
        for method in self.user(account)["methods"]:
            if method["type"] == "totp" and method["confirmed"]:
                return self.codes.next(method["secret"], self.offset)
        raise LookupError(f"{account.email} has no authenticator app")

    # What the tenant saw

    def exchanges(self, path: str = "") -> list[dict[str, Any]]:
        """The requests the tenant has answered since the last time this was asked, control ones excepted."""
        seen: list[dict[str, Any]] = self._answer(
            self.http.delete(f"{self.base_url}/dev/exchanges", timeout=CALL_SECONDS)
        )
        self._unchecked += seen
        return [exchange for exchange in seen if exchange["path"].startswith(path)]

    def unchecked(self) -> list[dict[str, Any]]:
        """The same, whoever has asked before: for the check against the API descriptions alone."""
        # Most tests of pure modules never spoke to it, and there are many of them.
        if self._in_use and self.process.process.poll() is None:
            self.exchanges()
        seen, self._unchecked, self._in_use = self._unchecked, [], False
        return seen

    # Plumbing

    def control(self, name: str, body: Any) -> Any:
        """POST to a control endpoint."""
        return self._answer(self.http.post(f"{self.base_url}/dev/{name}", json=body, timeout=CALL_SECONDS))

    def read(self, name: str) -> Any:
        """GET from a control endpoint."""
        return self._answer(self.http.get(f"{self.base_url}/dev/{name}", timeout=CALL_SECONDS))

    def _answer(self, response: requests.Response) -> Any:
        if not response.ok:
            raise TenantDiedError(
                f"{response.request.url} answered {response.status_code}: {response.text[:2000]}"
            )
        return response.json() if response.content else None

    def close(self) -> None:
        """Stop the process."""
        Tenant.started.remove(self)
        self.http.close()
        self.process.stop()
