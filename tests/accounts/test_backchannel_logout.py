"""The tenant says that a session is over: it is so here from the next request on."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import AccountState, UsedLogoutToken, UserSession
from enrollment.flows.cleanup import delete_old
from tests.support.clock import Clock
from tests.support.logout_tokens import BACKCHANNEL, logout_token, send
from tests.support.person import Person
from tests.support.tenant import Tenant
from tests.support.users import user_of

People = Callable[..., Person]
PAGE = "/account/security/"


def is_signed_in(somebody: Person) -> bool:
    return somebody.client.get(PAGE).status_code == 200


def sid_of(somebody: Person) -> str:
    return str(somebody.client.session["accounts_listed"]["sid"])


@pytest.fixture
def two(person: People) -> tuple[Person, Person]:
    pair = person("tess"), person("tess")
    for somebody in pair:
        somebody.open(PAGE)
    return pair


def test_address_is_the_one_that_others_rely_on() -> None:
    assert reverse("accounts:backchannel-logout") == BACKCHANNEL


def test_session_of_the_tenant_is_ended_and_no_other(two: tuple[Person, Person], tenant: Tenant) -> None:
    over, other = two
    answer = send(logout_token(tenant, sub=over.account.sub, sid=sid_of(over)))

    assert (answer.status_code, answer.content) == (200, b"")
    assert "no-store" in answer["Cache-Control"]
    assert [is_signed_in(somebody) for somebody in two] == [False, True]
    assert UserSession.objects.count() == 1
    assert is_signed_in(other)


def test_session_is_found_by_its_id_alone(two: tuple[Person, Person], tenant: Tenant) -> None:
    assert send(logout_token(tenant, sid=sid_of(two[0]))).status_code == 200
    assert [is_signed_in(somebody) for somebody in two] == [False, True]


def test_all_sessions_of_a_person_end_where_none_is_named(
    two: tuple[Person, Person], person: People, tenant: Tenant
) -> None:
    nia = person("nia")
    nia.open(PAGE)
    assert send(logout_token(tenant, sub=two[0].account.sub)).status_code == 200
    assert [is_signed_in(somebody) for somebody in (*two, nia)] == [False, False, True]


def test_session_on_no_list_is_ended_too(two: tuple[Person, Person], tenant: Tenant) -> None:
    sid = sid_of(two[0])
    UserSession.objects.all().delete()
    send(logout_token(tenant, sub=two[0].account.sub, sid=sid))

    assert [is_signed_in(somebody) for somebody in two] == [False, True]


def test_proof_of_an_ended_session_opens_nothing(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(f"{PAGE}recovery-code/")
    send(logout_token(tenant, sub=tess.account.sub, sid=sid_of(tess)))

    assert tess.client.post(f"{PAGE}recovery-code/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("with_sub", [True, False])
def test_sign_in_that_was_on_its_way_is_over_when_it_arrives(
    person: People, tenant: Tenant, with_sub: bool
) -> None:
    tess = person("tess")
    leaving = tess.submit(tess.client.get("/sign-in/"), to_path="/auth/login/auth0/")
    callback = tess.to_callback(leaving)
    (session,) = [each for each in tenant.read("sessions") if each["user_id"] == tess.account.sub]
    names = {"sub": tess.account.sub} if with_sub else {}
    assert send(logout_token(tenant, sid=session["sid"], **names)).status_code == 200

    tess.client.get(callback)

    assert not is_signed_in(tess)
    assert not UserSession.objects.exists()


def test_sign_in_after_the_end_is_a_new_session(two: tuple[Person, Person], tenant: Tenant) -> None:
    tess = two[0]
    send(logout_token(tenant, sub=tess.account.sub, sid=sid_of(tess)))
    tess.browser.open("/v2/logout")
    tess.open(PAGE)

    assert is_signed_in(tess)


def test_person_whom_this_site_does_not_know_is_no_error(tenant: Tenant, db: None) -> None:
    assert send(logout_token(tenant, sub="auth0|nobody", sid="none")).status_code == 200


@pytest.mark.parametrize("type_", ["logout+jwt", "JWT"])
def test_both_types_are_taken(person: People, tenant: Tenant, type_: str) -> None:
    tess = person("tess")
    tess.open(PAGE)
    tenant.set_settings(logout_token_type=type_)
    assert send(logout_token(tenant, sub=tess.account.sub, sid=sid_of(tess))).status_code == 200
    assert not is_signed_in(tess)


def test_rule_for_the_whole_site_leaves_the_address_open(
    two: tuple[Person, Person], tenant: Tenant, settings: object
) -> None:
    settings.STEP_UP_RULES = ["/"]  # type: ignore[attr-defined]
    assert send(logout_token(tenant, sub=two[0].account.sub, sid=sid_of(two[0]))).status_code == 200


def test_get_is_no_logout(tenant: Tenant, client: object, db: None) -> None:
    answer = client.get(BACKCHANNEL)  # type: ignore[attr-defined]
    assert answer.status_code == 405


def test_used_tokens_are_forgotten_by_the_cleanup(
    two: tuple[Person, Person], tenant: Tenant, elapse: Clock
) -> None:
    send(logout_token(tenant, sub=two[0].account.sub, sid=sid_of(two[0])))
    assert delete_old() == 0
    elapse(3601)

    assert delete_old(dry_run=True) == 1
    assert delete_old() == 1
    assert not UsedLogoutToken.objects.exists()
    assert sid_of(two[1]) not in AccountState.objects.get(user=user_of(two[0].account.sub)).ended_sessions
