"""More of everything than anybody needs: what one visitor can take from all others stays small."""

import pytest
from django.contrib.sessions.models import Session
from django.core import mail

from accounts.auth0.breaker import MOST_FAILURES
from accounts.auth0.http import TRIES
from accounts.auth0.read_through import COOL_DOWN
from enrollment.audit.log import Refused
from enrollment.flows.change import MAX_TRIES
from enrollment.flows.recovery_code import new_recovery_code
from enrollment.gateways import tenant_policy
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import lock_account
from mfaproject.messages import MOST_MESSAGES
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.attacks.conftest import Intruder
from tests.enrollment.adding import Adder, add
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.reading import SECURITY, text_of
from tests.support.clock import Clock
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

RENAME = "/account/security/totp%7Cdev_tess_totp/rename/"
REMOVE_NOTHING = "/account/security/totp%7Cdev_sol_totp/remove/"
RECOVERY = "/account/security/recovery-code/"
UNFREEZE = "/account/security/unfreeze/"
METHODS = "GET /api/v2/users/*/authentication-methods"


@pytest.mark.parametrize(
    "field", [{"name": "x" * 900_000}, {"n" * 900_000: "x"}, {f"n{i}" * 90: "" for i in range(900)}]
)
def test_huge_form_interrupted_by_a_step_up_does_not_fill_the_session(
    browser_of: Intruder, tenant: Tenant, tess: User, field: dict[str, str]
) -> None:
    client = browser_of(tess, mfa=False)
    for path in (RENAME, REMOVE_NOTHING, RECOVERY):
        client.post(f"{path}?{'q' * 1500}", field)
    assert len(Session.objects.get().session_data) < 20_000


def test_interruptions_without_end_are_forgotten_but_for_the_last(
    browser_of: Intruder, tenant: Tenant, tess: User
) -> None:
    client, sizes = browser_of(tess, mfa=False), []
    for number in range(14):
        client.post(f"{RENAME}?{number}{'q' * 200}", {"name": f"x{number}" * 500})
        sizes.append(len(Session.objects.get().session_data))
    assert max(sizes[7:]) < sizes[6] * 1.1


def test_messages_without_end_that_nobody_reads_do_not_fill_the_session(
    browser_of: Intruder, tenant: Tenant, tess: User
) -> None:
    client = browser_of(tess)
    for _ in range(MAX_TRIES * 2):
        client.post(REMOVE_NOTHING)
    assert len(client.session["_messages"]) < 3_000
    assert text_of(client.get(SECURITY)).count("That was a lot of changes in a minute") == MOST_MESSAGES


def test_changes_without_end_cost_the_tenant_and_the_trail_no_more_than_a_minutes_worth(
    browser_of: Intruder, tenant: Tenant, tess: User
) -> None:
    client = browser_of(tess)
    for _ in range(MAX_TRIES + 15):
        client.post(REMOVE_NOTHING)
    assert len(tenant.exchanges("/api/v2/users/")) <= MAX_TRIES
    assert ActivityEvent.objects.count() == MAX_TRIES + 1
    assert ActivityEvent.objects.latest("pk").code == "too-often"
    assert mail.outbox == []


def test_pace_of_one_person_holds_up_nobody_else(
    browser_of: Intruder, tenant: Tenant, tess: User, sol: User
) -> None:
    client = browser_of(tess)
    for _ in range(MAX_TRIES + 1):
        client.post(REMOVE_NOTHING)
    browser_of(sol).post("/account/security/totp%7Cdev_sol_totp/rename/", {"name": "Mine"})
    assert ActivityEvent.objects.filter(actor=sol, outcome="done").exists()


@pytest.mark.django_db(transaction=True)
def test_two_recovery_codes_at_once_leave_one_and_it_is_the_tenants(tenant: Tenant, tess: User) -> None:
    def make(_: int) -> str:
        try:
            return new_recovery_code(acting(tess), tess)
        except Refused as refused:
            return refused.code

    with DatabaseThreads(2) as workers:
        made = list(workers.map(make, range(2)))
    assert tenant.user(tenant["tess"])["recovery_code"] in made
    assert made.count("busy") == 1 or made[0] != made[1]


def test_giving_up_without_end_costs_the_tenant_no_more_than_a_minutes_worth(
    person: PersonMaker, tenant: Tenant
) -> None:
    phone = Adder(person("nia"), "phone")
    phone.begin()
    tenant.fault("DELETE /api/v2/users/*/authentication-methods/*", status=403)
    tenant.exchanges()
    for _ in range(MAX_TRIES + 15):
        phone.who.client.post(f"{phone.path}cancel/")
    assert len(tenant.exchanges("/api/v2/users/")) <= MAX_TRIES + 1


def test_code_said_to_be_saved_without_end_takes_one_row_of_the_trail(
    browser_of: Intruder, tenant: Tenant, tess: User
) -> None:
    """A thief would bury what they did under these."""
    client = browser_of(tess)
    client.post(RECOVERY)
    for _ in range(10):
        client.post(f"{RECOVERY}saved/")
    assert [row.action for row in ActivityEvent.objects.all()] == [
        "recovery-code:saved",
        "recovery-code:made",
    ]


@pytest.mark.parametrize("at", [SECURITY, "/admin/users/user/{}/security/"])
def test_check_again_does_not_press_a_tenant_that_fails(
    browser_of: Intruder, tenant: Tenant, tess: User, ada: User, elapse: Clock, at: str
) -> None:
    client, page = browser_of(tess if at == SECURITY else ada), at.format(tess.pk)
    tenant.fault(METHODS, status=503)
    tenant.exchanges()
    for _ in range(8):
        client.post(page)
        client.get(page)
    assert len(tenant.exchanges("/api/v2/users/")) <= TRIES
    elapse(COOL_DOWN.total_seconds() + 1)
    client.post(page)
    assert tenant.exchanges("/api/v2/users/")


def test_page_looked_at_without_end_does_not_press_a_tenant_that_fails(
    person: PersonMaker, tenant: Tenant
) -> None:
    app = Adder(person("nia"), "totp")
    app.open()
    tenant_policy.invalidate()
    tenant.fault("GET /api/v2/guardian/factors", status=503)
    tenant.exchanges()
    for _ in range(6):
        assert app.who.client.get(add("totp")).status_code == 200
    assert len(tenant.exchanges("/api/v2/guardian/")) <= TRIES


@pytest.mark.parametrize(
    ("route", "most"), [("* /api/v2/**", MOST_FAILURES * TRIES), ("POST /oauth/token", 1)]
)
def test_pages_of_many_do_not_press_a_tenant_that_fails(
    browser_of: Intruder, local: Locals, tenant: Tenant, route: str, most: int
) -> None:
    people = [local(tenant.add_user(email=f"p{number}@example.test")) for number in range(12)]
    tenant.fault(route, status=503)
    tenant.exchanges()
    for who in people:
        assert browser_of(who).get(SECURITY).status_code == 200
    assert len(tenant.exchanges(route.split()[1].rstrip("*"))) == most


@pytest.mark.parametrize("mfa", [True, False])
def test_locked_account_tried_without_end_costs_the_tenant_a_call_and_not_one_a_try(
    browser_of: Intruder, tenant: Tenant, tess: User, elapse: Clock, mfa: bool
) -> None:
    if mfa:
        client = browser_of(tess)
        elapse(5)
        lock_account(tess)
    else:
        lock_account(tess)
        elapse(5)
        client = browser_of(tess, mfa=False)
    tenant.exchanges()
    for _ in range(8):
        assert client.get(UNFREEZE)["Location"].startswith("/step-up/")
    assert len(tenant.exchanges("/api/v2/users/")) <= 1
