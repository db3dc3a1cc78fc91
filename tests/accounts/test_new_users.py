"""What a first sign-in makes of a name and an address that the site has already."""

from typing import Any

import pytest
from django.db.models import EmailField
from social_django.models import UserSocialAuth

from accounts.login import new_users
from accounts.login.errors import LoginErrorCode
from accounts.login.new_users import username_for
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_explained, assert_nobody_came_in
from tests.support.tenant import Tenant
from tests.support.users import user_of

pytestmark = pytest.mark.django_db


def test_name_that_is_taken_becomes_another(person: PersonMaker, tenant: Tenant) -> None:
    sub = tenant["tess"].sub
    there = User.objects.create(username=username_for(sub))
    person("tess").sign_in()
    assert user_of(sub) != there
    assert len(user_of(sub).username) <= 150


@pytest.mark.parametrize("most", [20, 30, 150])
def test_name_fits_the_column_and_tells_subjects_apart(most: int) -> None:
    names = {username_for(f"auth0|{'x' * 200}{number}", most) for number in range(100)}
    assert len(names) == 100
    assert all(len(name) <= most for name in names)


@pytest.fixture
def address_is_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site knows people by their address, as models with `USERNAME_FIELD = "email"` do."""
    field: Any = User._meta.get_field("email")
    monkeypatch.setattr(EmailField, "unique", property(lambda each: each is field), raising=False)
    monkeypatch.setattr(User, "USERNAME_FIELD", "email")


@pytest.mark.parametrize("address", ["tess@example.test", "Tess@Example.Test"])
def test_address_that_is_taken_on_a_site_that_knows_people_by_it_lets_nobody_in(
    person: PersonMaker, address_is_the_name: None, address: str
) -> None:
    User.objects.create(username="somebody", email=address)
    tess = person("tess")
    assert_explained(tess.sign_in(), LoginErrorCode.ADDRESS_TAKEN)
    assert_nobody_came_in(tess)
    assert UserSocialAuth.objects.count() == 0


def test_address_becomes_the_name_on_a_site_that_knows_people_by_it(
    person: PersonMaker, address_is_the_name: None, tenant: Tenant
) -> None:
    person("tess").sign_in()
    assert user_of(tenant["tess"].sub).get_username() == "tess@example.test"


def test_address_that_people_are_known_by_is_the_sites_to_change(
    person: PersonMaker, address_is_the_name: None, tenant: Tenant
) -> None:
    person("tess").sign_in()
    User.objects.update(email="changed@here.example")
    person("tess").sign_in()
    assert user_of(tenant["tess"].sub).get_username() == "changed@here.example"


def test_address_that_is_missing_on_a_site_that_knows_people_by_it_lets_nobody_in(
    person: PersonMaker, address_is_the_name: None, tenant: Tenant
) -> None:
    tess = person("tess")
    tenant.token_fault(drop=["email"])
    assert_explained(tess.sign_in(), LoginErrorCode.EMAIL_UNVERIFIED)
    assert User.objects.count() == 0


def test_field_that_a_sign_in_cannot_fill_is_explained(
    person: PersonMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = User.objects.create(username="taken")
    monkeypatch.setattr(new_users, "_free_username", lambda _uid: taken.username)
    assert_explained(person("tess").sign_in(), LoginErrorCode.MISCONFIGURED)
    assert User.objects.count() == 1
