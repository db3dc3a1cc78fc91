"""Where you're signed in: what the page lists, and ending sessions from it."""

from collections.abc import Callable

from accounts.models import UserSession
from enrollment.models.activity import ActivityEvent
from tests.enrollment.alarms import user_of
from tests.enrollment.reading import SECURITY, heading_of, links_of, text_of
from tests.support.clock import Clock
from tests.support.mails import delivered
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
SESSIONS = f"{SECURITY}sessions/"
OTHERS = f"{SESSIONS}end-others/"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0"


def at(make: People, nick: str, user_agent: str, address: str) -> Person:
    somebody = make(nick, REMOTE_ADDR=address, HTTP_USER_AGENT=user_agent)
    somebody.open(SECURITY)
    return somebody


def two(make: People) -> tuple[Person, Person]:
    return at(make, "tess", CHROME, "203.0.113.7"), at(make, "tess", FIREFOX, "203.0.113.66")


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(SECURITY).status_code == 200


def test_page_lists_ones_own_sessions_this_device_first(person: People) -> None:
    here, _there = two(person)
    at(person, "nia", CHROME, "198.51.100.1")

    said = text_of(here.client.get(SESSIONS))

    assert said.index("Chrome on Linux This device") < said.index("Firefox on Windows")
    assert "203.0.113.7" in said
    assert "203.0.113.66" in said
    assert "198.51.100.1" not in said
    assert said.count("not confirmed") == 2


def test_page_says_what_each_session_proved(person: People) -> None:
    here, there = two(person)
    there.open(f"{SECURITY}recovery-code/")

    said = text_of(here.client.get(SESSIONS))

    assert said.count("confirmed just now") == 1
    assert said.count("not confirmed") == 1


def test_page_says_where_an_address_is_if_the_log_knows(person: People, tenant: Tenant) -> None:
    here, there = two(person)
    entry = {"ip": "203.0.113.66", "location_info": {"city_name": "Oslo", "country_name": "Norway"}}
    tenant.control("logs", [{"type": "s", "user_id": here.account.sub, **entry}])

    assert "Oslo, Norway, 203.0.113.66" in text_of(here.client.get(SESSIONS))
    there.open(SECURITY)


def test_page_is_there_while_the_tenant_is_down(person: People, tenant: Tenant) -> None:
    here, _there = two(person)
    tenant.fault("GET /api/v2/*", status=503)

    assert "Firefox on Windows" in text_of(here.client.get(SESSIONS))


def test_single_session_can_be_ended_by_nothing_on_the_page(person: People) -> None:
    here = at(person, "tess", CHROME, "203.0.113.7")
    page = here.client.get(SESSIONS)

    assert links_of(page, "/end/") == []
    assert "everywhere else" not in text_of(page)


def test_security_page_leads_there(person: People) -> None:
    here = at(person, "tess", CHROME, "203.0.113.7")
    assert SESSIONS in links_of(here.client.get(SECURITY), "/sessions/")


def test_ending_one_asks_for_proof_and_ends_it(person: People) -> None:
    here, there = two(person)
    (link,) = links_of(here.client.get(SESSIONS), "/end/")
    assert here.client.get(link)["Location"].startswith("/step-up/")

    page = here.open(link)
    assert heading_of(page) == "Sign out Firefox on Windows?"
    listed = here.client.get(here.submit(page)["Location"])

    assert "Signed out Firefox on Windows." in text_of(listed)
    assert not is_signed_in(there)
    assert is_signed_in(here)


def test_ending_all_others_keeps_this_one(person: People) -> None:
    here, there = two(person)
    third = at(person, "tess", FIREFOX, "203.0.113.8")
    page = here.open(OTHERS)
    assert "203.0.113.66" in text_of(page)
    here.submit(page)

    assert [is_signed_in(somebody) for somebody in (here, there, third)] == [True, False, False]
    assert UserSession.objects.filter(user=user_of(here)).count() == 1


def test_person_without_a_second_factor_confirms_by_signing_in(person: People, elapse: Clock) -> None:
    here, there = person("nia"), person("nia")
    for somebody in (here, there):
        somebody.open(SECURITY)
    elapse(1000)
    assert here.client.get(OTHERS)["Location"].startswith("/step-up/")

    here.submit(here.open(OTHERS))

    assert not is_signed_in(there)


def test_ending_is_written_down_and_mailed(person: People) -> None:
    here, _there = two(person)
    (link,) = links_of(here.client.get(SESSIONS), "/end/")
    here.submit(here.open(link))
    at(person, "tess", FIREFOX, "203.0.113.66")
    here.submit(here.open(OTHERS))

    rows = ActivityEvent.objects.of(user_of(here)).order_by("pk")
    at_tenant = [("tenant-sessions:revoked", "done"), ("browsers:forgotten", "done")]
    assert [(row.action, row.outcome) for row in rows] == [
        ("session:ended", "done"),
        *at_tenant,
        ("other-sessions:ended", "done"),
        *at_tenant,
    ]
    assert "Signed out “Firefox on Windows”" in text_of(here.client.get(f"{SECURITY}activity/"))
    one, all_others = delivered()
    assert "Firefox on Windows was signed out" in one.body
    assert "All devices but one" in all_others.body
    assert one.body.strip().endswith(SESSIONS)


def test_own_session_is_not_ended_here(person: People) -> None:
    here, _there = two(person)
    here.open(f"{SECURITY}recovery-code/")
    own = f"{SESSIONS}{here.client.session['accounts_listed']['row']}/end/"

    assert here.client.get(own)["Location"] == SESSIONS
    assert "sign out" in text_of(here.client.get(here.client.post(own)["Location"]))
    assert is_signed_in(here)


def test_sessions_can_be_ended_while_the_tenant_is_down(person: People, tenant: Tenant) -> None:
    here, there = two(person)
    here.open(f"{SECURITY}recovery-code/")
    tenant.fault("GET /api/v2/*", status=503)
    tenant.fault("POST /api/v2/*", status=503)

    here.client.post(OTHERS)

    assert not is_signed_in(there)
