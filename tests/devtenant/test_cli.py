"""python -m devtenant: what it prints, what it refuses, what it keeps; and that two tenants share nothing."""

import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from devtenant import statefile
from devtenant.app import create_app
from devtenant.store import Store
from tests.support.application import Application
from tests.support.tenant import ROOT, Tenant, TenantProcess
from tests.support.tenant_pages import TenantBrowser

Start = Callable[..., Tenant]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a tenant of one's own; all are stopped at the end."""
    started: list[Tenant] = []

    def begin(*arguments: str) -> Tenant:
        started.append(Tenant(TenantProcess(*arguments)))
        return started[-1]

    yield begin
    for tenant in started:
        tenant.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "devtenant", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_json_line_has_the_agreed_shape(tenant: Tenant) -> None:
    facts = tenant.process.facts
    assert set(facts) == {"base_url", "clients", "users"}
    assert facts["base_url"].startswith("http://localhost:")
    assert {"web", "management"} <= set(facts["clients"])
    assert all(set(client) == {"client_id", "client_secret"} for client in facts["clients"].values())
    assert all(set(user) == {"email", "password", "sub", "roles", "factors"} for user in facts["users"])


def test_seed_has_a_person_of_each_sort(tenant: Tenant) -> None:
    factors = {user["email"].split("@")[0]: user["factors"] for user in tenant.process.facts["users"]}
    assert factors == {
        "nia": [],
        "tess": ["totp", "phone", "recovery-code"],
        "pat": ["passkey"],
        "gus": [],
        "ada": ["totp"],
        "sol": ["totp"],
    }
    assert tenant["gus"].password is None
    assert (tenant["ada"].roles, tenant["sol"].roles) == (("admin",), ("support",))


def test_port_that_is_taken_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("--port", str(port), "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "TENANT_PORT" in done.stderr
    assert str(port) in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])
def test_host_beyond_loopback_is_refused(host: str) -> None:
    done = run("--host", host)
    assert done.returncode == 2
    assert "loopback" in done.stderr


def test_tenant_behind_a_proxy_goes_by_the_address_of_that(start: Start) -> None:
    facts = start("--base-url", "http://localhost:8999").process.facts
    assert facts["base_url"] == "http://localhost:8999"


def test_address_beyond_loopback_is_refused() -> None:
    done = run("--base-url", "http://tenant.example:9000")
    assert done.returncode == 2
    assert "tenant.example" in done.stderr


def test_tenant_listens_on_loopback_alone(tenant: Tenant) -> None:
    port = int(tenant.base_url.rpartition(":")[2])
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening
    assert set(listening) <= {f"0100007F:{port:04X}", f"{'0' * 24}01000000:{port:04X}"}


def test_front_page_says_who_can_sign_in(tenant: Tenant) -> None:
    page = requests.get(tenant.base_url, timeout=5).text
    assert "nia@example.test" in page
    assert "/dev/phone" in page


def test_interrupt_ends_it_quietly(start: Start) -> None:
    tenant = start()
    tenant.process.process.send_signal(signal.SIGINT)
    assert tenant.process.process.wait(5) == 0


def test_state_survives_a_restart_on_another_port(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    first = start("--state", str(file))
    first.add_user(email="eve@example.test", factors=[{"type": "totp"}])
    visitor, application = TenantBrowser(first.base_url), Application(first)
    tokens = application.tokens(visitor, "nia@example.test", scope="openid offline_access")
    keys = requests.get(f"{first.base_url}/.well-known/jwks.json", timeout=5).json()
    os.kill(first.process.process.pid, signal.SIGKILL)

    second = start("--state", str(file))
    assert second.base_url != first.base_url
    eve = next(user for user in second.read("users") if user["email"] == "eve@example.test")
    assert eve["methods"][0]["secret"]
    assert requests.get(f"{second.base_url}/.well-known/jwks.json", timeout=5).json() == keys
    application.tenant = second
    refreshed = application.token("refresh_token", refresh_token=tokens["refresh_token"]).json()
    assert application.claims(refreshed["id_token"])["iss"] == f"{second.base_url}/"
    me = application.sign_in(
        TenantBrowser(second.base_url), "nia@example.test", audience=f"{second.base_url}/me/"
    )
    assert "code" in me, "the grants must follow the address"


def test_state_of_an_older_version_is_read_without_what_is_gone() -> None:
    tenant = Store()
    kept = json.loads(statefile.dump(tenant))
    kept["settings"] |= {"acr_action": True, "friendly_name": "Kept"}
    statefile.load(tenant, json.dumps(kept))
    assert tenant.settings.friendly_name == "Kept"


def test_state_file_is_readable_by_its_owner_alone(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    start("--state", str(file)).add_user(email="eve@example.test")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["users"]
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


def test_two_tenants_in_one_process_share_nothing() -> None:
    one, other = Store("http://localhost:1"), Store("http://localhost:2")
    first, second = create_app(one).test_client(), create_app(other).test_client()
    first.post("/dev/users", json={"email": "eve@example.test"})
    first.post("/dev/clock", json={"offset": 500})
    first.post("/dev/faults", json={"route": "GET /userinfo", "status": 500})
    assert len(one.users) == len(other.users) + 1
    assert other.clock_offset == 0
    assert second.get("/userinfo").status_code == 401
    assert first.get("/.well-known/jwks.json").text != second.get("/.well-known/jwks.json").text
    assert '"issuer":"http://localhost:2/"' in second.get("/.well-known/openid-configuration").text


def test_connections_are_kept_open(tenant: Tenant) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(tenant.base_url.rpartition(":")[2]), timeout=5)
    connection.connect()
    socket_before = connection.sock
    for method, path, body in (("POST", "/dev/logs", b"unread" * 99), ("GET", "/userinfo", None)):
        connection.request(method, path, body, {"Host": "localhost"})
        connection.getresponse().read()
    assert connection.sock is socket_before
    connection.close()
