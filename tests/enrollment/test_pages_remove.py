"""Removing a factor in the page: explained, confirmed, done once, and told truthfully."""

from collections.abc import Callable

import pytest

from enrollment.models.activity import ActivityEvent
from tests.enrollment.reading import SECURITY, heading_of, links_of, text_of
from tests.support.clock import Clock
from tests.support.forms import forms_in
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
DELETE_ROUTE = "DELETE /api/v2/users/*/authentication-methods/*"


def id_of(who: Person, kind: str) -> str:
    return str(next(m["id"] for m in who.tenant.user(who.account)["methods"] if m["type"] == kind))


def link_to_remove(who: Person, kind: str = "totp") -> str:
    page = who.open(SECURITY)
    quoted = id_of(who, kind).replace("|", "%7C")
    return next(link for link in links_of(page, "/remove/") if quoted in link)


def kinds_of(who: Person) -> set[str]:
    return {method["type"] for method in who.tenant.user(who.account)["methods"]}


def test_remove_asks_for_a_step_up_before_it_explains(person: People) -> None:
    tess = person("tess")
    link = link_to_remove(tess)

    response = tess.client.get(link)

    assert response.status_code == 302
    assert response["Location"].startswith("/step-up/?next=")


def test_remove_page_says_in_words_how_to_sign_in_afterwards(person: People) -> None:
    tess = person("tess")

    page = tess.open(link_to_remove(tess))

    assert heading_of(page).startswith("Remove “")
    said = text_of(page)
    assert "Signing in then takes the password and nothing more: a code sent to the phone" in said
    assert "If the second factor is lost, the recovery code of" in said
    assert "This is the last strong factor" in said


def test_remove_confirmed_removes_and_says_what_is_left_to_do(person: People) -> None:
    tess = person("tess")
    page = tess.open(link_to_remove(tess))

    after = tess.follow(tess.press(page, "Remove it"))

    assert "totp" not in kinds_of(tess)
    said = text_of(after)
    assert "Removed “" in said
    assert "Delete the entry in the app too" in said
    assert "Removed Authenticator app" in said  # the latest activity
    assert ActivityEvent.objects.get().outcome == "done"


def test_remove_by_get_removes_nothing(person: People) -> None:
    tess = person("tess")
    tess.open(link_to_remove(tess))

    assert "totp" in kinds_of(tess)


def test_remove_posted_with_a_stale_proof_is_asked_again_and_removes_nothing(
    person: People, elapse: Clock
) -> None:
    tess = person("tess")
    page = tess.open(link_to_remove(tess))
    elapse(16 * 60)

    response = tess.press(page, "Remove it")

    assert response["Location"].startswith("/step-up/")
    assert "totp" in kinds_of(tess)


def test_remove_of_the_last_factor_of_staff_is_refused_with_the_reason(person: People) -> None:
    ada = person("ada")
    ada.open(SECURITY)
    link = f"{SECURITY}{id_of(ada, 'totp')}/remove/"

    page = ada.open(link)

    assert heading_of(page).endswith("has to stay")
    assert "staff must have one" in text_of(page)
    assert not any(form.button("Remove it") for form in forms_in(page.content.decode()))
    refused = ada.follow(ada.client.post(link))
    assert "staff must have one" in text_of(refused)
    assert "totp" in kinds_of(ada)


def test_remove_where_the_policy_demands_mfa_is_refused(person: People, tenant: Tenant) -> None:
    account = tenant.add_user(
        email="zoe@example.test", password="demo-Passw0rd!", factors=[{"type": "totp", "name": "App"}]
    )
    tenant.set_settings(policies=["all-applications"])
    zoe = person(account)

    page = zoe.open(f"{SECURITY}{id_of(zoe, 'totp')}/remove/")

    assert "this site demands one of everybody" in text_of(page)


def test_remove_of_somebody_elses_factor_finds_nothing(person: People) -> None:
    tess, ada = person("tess"), person("ada")
    theirs = f"{SECURITY}{id_of(ada, 'totp')}/remove/"

    page = tess.open(theirs)
    assert "not on the account" in text_of(page)
    assert heading_of(page) == "Account security"
    tess.follow(tess.client.post(theirs))
    assert "totp" in kinds_of(ada)


@pytest.mark.parametrize(
    ("fault", "gone", "told"),
    [
        ({"status": 503}, False, "It was not done, and nothing was changed."),
        ({"status": 429, "headers": {"retry-after": "60"}}, False, "nothing was changed."),
        # The answer is lost and the work is done: the list tells.
        ({"drop": True, "after": True}, True, "Removed “"),
    ],
    ids=["down", "limited", "lost"],
)
def test_remove_that_fails_says_what_became_of_it(
    person: People, tenant: Tenant, fault: dict[str, object], gone: bool, told: str
) -> None:
    tess = person("tess")
    page = tess.open(link_to_remove(tess))
    tenant.fault(DELETE_ROUTE, **fault)

    after = tess.follow(tess.press(page, "Remove it"))

    assert ("totp" not in kinds_of(tess)) is gone
    assert told in text_of(after)


def test_remove_with_the_tenant_down_leads_back_to_the_list(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.open(SECURITY)
    tess.step_up(SECURITY)
    link = f"{SECURITY}{id_of(tess, 'totp')}/remove/"
    tenant.fault("GET /api/v2/users/*/authentication-methods", status=503)

    response = tess.client.post(link)

    assert response["Location"] == SECURITY
    assert "nothing was changed" in text_of(tess.follow(response))
