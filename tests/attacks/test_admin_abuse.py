"""What the admin could be used for beside its pages: filters, mass actions, addresses that Django has."""

import pytest

from accounts.identity import subject_of
from enrollment.models.activity import Action, ActivityEvent, Outcome
from mfaproject.users.models import User
from tests.attacks.conftest import Intruder

USERS = "/admin/users/user/"
TRAIL = "/admin/enrollment/activityevent/"


@pytest.mark.parametrize(
    "query",
    [
        f"{USERS}?password__startswith=!",
        f"{USERS}?password=x",
        f"{USERS}?social_auth__extra_data__startswith=g",
        f"{USERS}?social_auth__extra_data__icontains=a",
        f"{USERS}?account_state__session_generation__gt=0",
        f"{USERS}?groups__user__password__startswith=!",
        f"{TRAIL}?subject__password__startswith=!",
        f"{TRAIL}?actor__social_auth__extra_data__startswith=g",
    ],
)
def test_filter_spells_out_no_secret(browser_of: Intruder, sol: User, query: str) -> None:
    assert browser_of(sol).get(query).status_code == 400


@pytest.mark.parametrize("listed", [USERS, TRAIL])
def test_mass_deletion_is_not_for_support(browser_of: Intruder, sol: User, tess: User, listed: str) -> None:
    event = _event(tess)
    for pk in (tess.pk, event.pk):
        browser_of(sol).post(listed, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert User.objects.filter(pk=tess.pk).exists()
    assert ActivityEvent.objects.filter(pk=event.pk).exists()


def test_mass_deletion_by_an_administrator_takes_nothing_from_the_trail(
    browser_of: Intruder, ada: User, tess: User
) -> None:
    event, client = _event(tess), browser_of(ada)
    for listed, pk in ((TRAIL, event.pk), (USERS, tess.pk)):
        client.post(listed, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    left = ActivityEvent.objects.get()
    assert (left.pk, left.subject, left.subject_label) == (event.pk, None, subject_of(tess))


def test_address_that_django_has_for_more_leads_support_nowhere(
    browser_of: Intruder, sol: User, tess: User
) -> None:
    client = browser_of(sol)
    before = tess.password, sol.password
    for path in (
        *(f"{USERS}{tess.pk}/{page}/" for page in ("delete", "password", "change")),
        *(f"{USERS}add/", "/admin/auth/group/", "/admin/auth/group/add/", "/admin/password_change/"),
        "/admin/autocomplete/?app_label=users&model_name=user&field_name=groups&term=",
    ):
        data = {"post": "yes", "is_superuser": "on", "new_password1": "a-Long-one-1", "old_password": ""}
        assert client.post(path, {**data, "new_password2": "a-Long-one-1"}).status_code in (
            200,
            302,
            403,
            405,
        )
    sol.refresh_from_db()
    tess.refresh_from_db()
    assert (tess.password, sol.password) == before
    assert (tess.is_superuser, sol.is_superuser) == (False, False)


def _event(subject: User) -> ActivityEvent:
    facts = {"action": Action.FACTOR_REMOVED, "outcome": Outcome.DONE, "source": "page"}
    return ActivityEvent.objects.create(subject=subject, subject_label=subject_of(subject) or "", **facts)
