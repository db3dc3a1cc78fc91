"""Changes that a slow tenant still has before it when somebody says "this wasn't me" in another browser."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from enrollment.flows.cleanup import cleanup_person
from enrollment.flows.reset import PartlyResetError, reset_factors
from enrollment.models.activity import ActivityEvent
from tests.enrollment.adding import VERIFY, Adder
from tests.enrollment.alarms import NOT_ME, outcomes, user_of
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.reading import SECURITY, text_of
from tests.support.clock import Clock
from tests.support.mails import delivered
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.threads import DatabaseThreads

People = Callable[..., Person]
LIST = "GET /api/v2/users/*/authentication-methods"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"
CODE = "POST /api/v2/users/*/recovery-code-regeneration"
TICKET = "POST /api/v2/guardian/enrollments/ticket"
NEW_CODE = f"{SECURITY}recovery-code/"
SLOW = 0.5

pytestmark = pytest.mark.usefixtures("database_for_threads")


class Owner:
    """The account's owner at another browser, with the page of the button open."""

    def __init__(self, who: Person) -> None:
        self.who = who
        who.open(SECURITY)
        self.page = who.client.get(NOT_ME)

    def presses_during(self, change: Callable[[], Any], route: str, **fault: Any) -> Any:
        """Press it while the tenant takes its time at a route that the change comes to."""
        tenant = self.who.tenant
        tenant.fault(route, times=1, **{"delay": SLOW, **fault})
        with DatabaseThreads(1) as thief:
            made = thief.submit(change)
            # It is there until somebody has run into it.
            while any(fault["route"] == route for fault in tenant.read("faults")):
                assert not made.done()
                time.sleep(0.01)
            assert self.who.submit(self.page, to_path=NOT_ME).status_code == 302
        return made.result()


def code_of(who: Person) -> str:
    return str(who.tenant.user(who.account)["recovery_code"])


def types(who: Person) -> list[str]:
    return sorted({method["type"] for method in who.tenant.user(who.account)["methods"]})


@pytest.mark.parametrize("kind", ["totp", "phone", "passkey"])
def test_factor_that_is_confirmed_during_the_alarm_is_taken_away_again(person: People, kind: str) -> None:
    thief, owner = Adder(person("nia"), kind), Owner(person("nia"))
    before = types(thief.who)
    thief.begin()
    code = "" if kind == "passkey" else thief.code()
    delivered().clear()

    answer = owner.presses_during(lambda: thief.confirm(code), VERIFY)

    assert types(owner.who) == before
    assert "recovery code" not in text_of(answer)
    assert outcomes(owner.who)["factor:added"] == "refused"
    assert not any("was added" in message.subject for message in delivered())
    assert code_of(owner.who) == "None"


def test_factor_that_could_not_be_taken_away_goes_later(
    person: People, tenant: Tenant, elapse: Clock
) -> None:
    thief, owner = Adder(person("nia"), "totp"), Owner(person("nia"))
    thief.begin()
    code = thief.code()
    tenant.fault(DELETE, status=403)
    owner.presses_during(lambda: thief.confirm(code), VERIFY)
    assert "totp" in types(owner.who)
    tenant.http.delete(f"{tenant.base_url}/dev/faults", timeout=5)
    elapse(601)

    cleanup_person(user_of(owner.who))

    assert "totp" not in types(owner.who)
    assert ActivityEvent.objects.filter(action="factor:added", outcome="done").count() == 0


def test_factor_is_not_confirmed_where_the_alarm_came_while_the_list_was_read(
    person: People, tenant: Tenant
) -> None:
    thief, owner = Adder(person("nia"), "totp"), Owner(person("nia"))
    thief.begin()
    code = thief.code()
    tenant.exchanges()

    owner.presses_during(lambda: thief.confirm(code), LIST)

    assert tenant.exchanges("/me/v1/") == []
    assert "totp" not in types(owner.who)


def test_reset_ends_where_the_alarm_comes(person: People, local: Locals, tenant: Tenant) -> None:
    four = [{"type": kind, "confirmed": True} for kind in ("totp", "phone", "email", "webauthn-roaming")]
    account = tenant.add_user(email="four@example.test", password="Password-1", factors=four)
    owner, ada = Owner(person(account)), local("ada", is_staff=True, is_superuser=True)
    user = user_of(owner.who)
    had = types(owner.who)

    def reset() -> Any:
        try:
            return reset_factors(acting(ada, reason="They asked"), user)
        except PartlyResetError as error:
            return error

    error = owner.presses_during(reset, DELETE)

    assert error.code == "account-locked"
    assert len(error.removed) == 1
    assert len(types(owner.who)) == len(had) - 1
    assert outcomes(owner.who)["factor:removed"] == "failed"


def test_last_factor_stays_where_the_alarm_came_while_the_policy_was_read(
    person: People, tenant: Tenant
) -> None:
    one = [{"type": "totp", "confirmed": True}]
    account = tenant.add_user(email="one@example.test", password="Password-1", factors=one)
    thief, owner = person(account), Owner(person(account))
    listed = tenant.user(account)["methods"]
    path = f"{SECURITY}{next(m['id'] for m in listed if m['type'] == 'totp').replace('|', '%7C')}/remove/"
    thief.open(path)
    cache.clear()  # the policy is not known by heart

    owner.presses_during(lambda: thief.client.post(path), "GET /api/v2/guardian/policies")

    assert "totp" in types(owner.who)
    assert outcomes(owner.who)["factor:removed"] == "failed"


def test_recovery_code_that_was_made_during_the_alarm_is_shown_to_nobody(person: People) -> None:
    thief, owner = person("tess"), Owner(person("tess"))
    thief.open(NEW_CODE)
    old = code_of(owner.who)

    answer = owner.presses_during(lambda: thief.client.post(NEW_CODE), CODE)

    assert code_of(owner.who) != old
    assert code_of(owner.who)[:4] not in answer.content.decode()
    assert outcomes(owner.who)["recovery-code:made"] == "unknown"


def test_write_that_the_tenant_put_off_is_not_made_after_the_alarm(person: People) -> None:
    thief, owner = person("tess"), Owner(person("tess"))
    thief.open(NEW_CODE)
    old = code_of(owner.who)

    owner.presses_during(lambda: thief.client.post(NEW_CODE), CODE, status=429)

    assert code_of(owner.who) == old
    assert outcomes(owner.who)["recovery-code:made"] == "failed"


def test_link_that_was_made_during_the_alarm_is_shown_to_nobody(person: People) -> None:
    thief, owner = person("tess"), Owner(person("tess"))
    path = f"{SECURITY}add/webauthn-roaming/"
    page = thief.open(path)

    answer = owner.presses_during(lambda: thief.submit(page, to_path=path), TICKET)

    assert "ticket" not in answer.get("Location", "")
    assert outcomes(owner.who)["link:made"] == "unknown"
