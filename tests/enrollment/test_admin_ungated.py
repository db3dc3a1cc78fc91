"""An admin that the site leaves ungated lets in as the site says; support's pages ask for themselves."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from mfaproject.users.models import User
from tests.enrollment.admin_pages import security_of
from tests.support.users import make_user

PASSWORD = "a-long-one-of-the-site"  # of nobody
pytestmark = pytest.mark.django_db


@pytest.fixture
def by_password(settings: Settings) -> Client:
    """An administrator whom a backend of the site's own lets in."""
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "django.contrib.auth.backends.ModelBackend",
    ]
    User.objects.create_superuser("root", password=PASSWORD)
    client = Client(headers={"host": "localhost:8000"})
    client.post("/admin/login/", {"username": "root", "password": PASSWORD})
    return client


@pytest.fixture
def ungated(settings: Settings) -> None:
    settings.ACCOUNT_SECURITY_GATE_ADMIN = False


def test_ungated_admin_lets_in_as_the_site_has_it(ungated: None, by_password: Client) -> None:
    assert by_password.get("/admin/").status_code == 200
    assert by_password.get("/admin/users/user/").status_code == 200


def test_gated_admin_takes_no_password(by_password: Client) -> None:
    assert by_password.get("/admin/")["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in by_password.session


def test_support_in_an_ungated_admin_needs_a_second_factor(ungated: None, by_password: Client) -> None:
    page = security_of(make_user("auth0|nia", username="nia"))
    assert by_password.get(page)["Location"].startswith("/step-up/?next=")


def test_list_of_people_asks_for_no_subject_by_row(ungated: None, by_password: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert by_password.get("/admin/users/user/").status_code == 200
        return len(captured)

    make_user("auth0|a", username="a")
    few = queries()
    for number in range(5):
        make_user(f"auth0|{number}", username=str(number))
    assert queries() == few
