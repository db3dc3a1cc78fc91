"""Signing out, here and at the tenant."""

from urllib.parse import parse_qs, urlsplit

from django.test import Client

from mfaproject.users.models import User
from tests.support.person import Person
from tests.support.tenant import Tenant


def test_logout_ends_both_sessions_and_comes_home(tenant: Tenant, tess: Person) -> None:
    response = tess.client.post("/logout/")
    target = urlsplit(response["Location"])
    assert response.status_code == 303
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{tenant.base_url}/v2/logout"
    assert parse_qs(target.query) == {
        "client_id": [tenant.clients["web"]["client_id"]],
        "returnTo": ["http://localhost:8000/"],
    }
    assert not tess.client.session.items()
    assert tess.browser.open(response["Location"]).url == "http://localhost:8000/"
    assert tess.client.get("/account/security/")["Location"].startswith("/sign-in/")
    tess.sign_in()
    assert [page.path for page in tess.walks[-1].pages] == ["/u/login"]


def test_logout_puts_no_token_into_the_url(tess: Person) -> None:
    assert "eyJ" not in tess.client.post("/logout/")["Location"]


def test_logout_by_get_is_not_allowed(tess: Person) -> None:
    assert tess.client.get("/logout/").status_code == 405
    assert "_auth_user_id" in tess.client.session


def test_logout_from_another_site_is_refused(tess: Person) -> None:
    tess.client.handler.enforce_csrf_checks = True
    assert tess.client.post("/logout/").status_code == 403


def test_logout_twice_does_no_harm(tenant: Tenant, client: Client, db: None) -> None:
    assert client.post("/logout/").status_code == 303
    assert not User.objects.exists()
