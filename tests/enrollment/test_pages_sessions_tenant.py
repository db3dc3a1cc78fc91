"""Where you're signed in, at the tenant: its sessions are listed and end along, where its plan has them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from accounts.auth0.errors import Problem, TenantError
from enrollment.flows.cleanup import cleanup_person
from enrollment.gateways.access import AccessGateway
from enrollment.models.operation import Operation
from tests.enrollment.alarms import outcomes, user_of
from tests.enrollment.reading import SECURITY, links_of, text_of
from tests.support.application import Application
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.tenant_pages import Page, TenantBrowser

People = Callable[..., Person]
SESSIONS = f"{SECURITY}sessions/"
OTHERS = f"{SESSIONS}end-others/"
LIST = "GET /api/v2/users/*/sessions"
REVOKE = "POST /api/v2/users/*/revoke-access"


def sids_at(tenant: Tenant, who: Person) -> set[str]:
    return {each["sid"] for each in tenant.read("sessions") if each["user_id"] == who.account.sub}


def sid_of(who: Person) -> str:
    return str(who.client.session["accounts_listed"]["sid"])


@pytest.fixture
def two(person: People) -> tuple[Person, Person]:
    """The first one has proved who they are."""
    pair = person("tess"), person("tess")
    for somebody in pair:
        somebody.open(SECURITY)
    pair[0].open(f"{SECURITY}recovery-code/")
    return pair


def other_app(tenant: Tenant, email: str) -> str:
    """Sign in to an application that is not this site; return the tenant's session."""
    browser = TenantBrowser(tenant.base_url)
    browser.http.headers["User-Agent"] = "Mozilla/5.0 (Android 16) Chrome/140.0"
    return str(Application(tenant).id_claims(browser, email)["sid"])


def end_one(who: Person) -> str:
    (link,) = links_of(who.client.get(SESSIONS), "/end/")
    return text_of(who.client.get(who.client.post(link)["Location"]))


def test_ending_one_ends_it_at_the_tenant_and_no_other(two: tuple[Person, Person], tenant: Tenant) -> None:
    here, _there = two
    said = end_one(here)

    assert sids_at(tenant, here) == {sid_of(here)}
    assert "Signed out" in said
    assert "sign-in service" not in said.partition("Where you")[0]


def test_ending_one_takes_two_calls(two: tuple[Person, Person], tenant: Tenant) -> None:
    here, _there = two
    (link,) = links_of(here.client.get(SESSIONS), "/end/")
    tenant.exchanges()
    here.client.post(link)

    assert [call["path"].rpartition("/")[2] for call in tenant.exchanges("/api/v2/")] == [
        "revoke-access",
        "invalidate-remember-browser",
    ]


def test_ended_browser_has_to_prove_itself_at_the_tenant_again(two: tuple[Person, Person]) -> None:
    """With its session there it would be back by one click."""
    here, there = two
    end_one(here)
    leaving = there.submit(there.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    page = there.browser.open(leaving["Location"])

    assert isinstance(page, Page)
    assert page.form("password")


def test_ending_all_others_leaves_those_of_other_people(two: tuple[Person, Person], tenant: Tenant) -> None:
    tess = two[0]
    sid = other_app(tenant, "nia@example.test")
    tess.client.get(SESSIONS)
    tess.client.post(OTHERS)

    assert sids_at(tenant, tess) == {sid_of(tess)}
    assert sid in {each["sid"] for each in tenant.read("sessions")}


def test_session_of_another_app_is_listed_and_ended_with_the_others(person: People, tenant: Tenant) -> None:
    nia = person("nia")
    nia.open(SECURITY)
    sid = other_app(tenant, "nia@example.test")
    page = nia.client.get(SESSIONS)
    said = text_of(page)

    assert "Chrome on Android" in said
    assert "for other apps" in said
    assert links_of(page, "/end/") == []
    assert sid in sids_at(tenant, nia)
    nia.client.post(OTHERS)
    assert sids_at(tenant, nia) == {sid_of(nia)}


def test_two_browsers_of_one_session_there_keep_it(person: People, tenant: Tenant) -> None:
    here, there = person("tess"), person("tess")
    there.browser = here.browser
    for somebody in (here, there):
        somebody.open(SECURITY)
    here.open(f"{SECURITY}recovery-code/")
    assert sid_of(here) == sid_of(there)

    end_one(here)

    assert sids_at(tenant, here) == {sid_of(here)}
    assert there.client.get(SECURITY).status_code == 302


@pytest.mark.parametrize("status", [403, 404])
def test_plan_without_sessions_lists_this_sites_and_says_so(
    two: tuple[Person, Person], tenant: Tenant, status: int
) -> None:
    here, there = two
    tenant.fault(LIST, status=status)
    tenant.fault(REVOKE, status=status)

    said = text_of(here.client.get(SESSIONS))
    assert "sign-ins are listed: our sign-in service" in said
    assert said.count("Second factor") == 2

    assert "may not ask for a password there" in end_one(here)
    assert there.client.get(SECURITY).status_code == 302
    assert outcomes(here)["tenant-sessions:revoked"] == "failed"
    assert not Operation.objects.open().exists()


def test_page_says_that_the_tenant_is_down(two: tuple[Person, Person], tenant: Tenant) -> None:
    tenant.fault(LIST, status=503)
    assert "be listed right now" in text_of(two[0].client.get(SESSIONS))


def test_what_the_tenant_did_not_do_is_done_later(
    two: tuple[Person, Person], tenant: Tenant, elapse: Clock
) -> None:
    here, there = two
    there_sid = sid_of(there)
    tenant.fault(REVOKE, status=503)
    assert "We'll keep trying" in end_one(here)
    assert there.client.get(SECURITY).status_code == 302
    assert there_sid in sids_at(tenant, here)

    tenant.http.delete(f"{tenant.base_url}/dev/faults", timeout=5)
    elapse(1200)
    cache.clear()
    cleanup_person(user_of(here))

    assert there_sid not in sids_at(tenant, here)
    assert not Operation.objects.open().exists()


def test_browsers_are_forgotten_along(two: tuple[Person, Person], tenant: Tenant) -> None:
    tenant.exchanges()
    end_one(two[0])
    assert [call["status"] for call in tenant.exchanges() if "remember" in call["path"]] == [204]


def test_session_without_a_name_ends_nothing_at_the_tenant(tenant: Tenant) -> None:
    """All of the person's would end."""
    with pytest.raises(TenantError) as refused:
        AccessGateway.current().revoke_session(tenant["tess"].sub, "")
    assert refused.value.code is Problem.NOT_FOUND
    assert tenant.exchanges("/api/v2/") == []
