"""The site's own tests of what it gates, as docs/testing.md says to write them."""

import pytest
from django.contrib.auth import get_user_model
from social_django.models import UserSocialAuth


@pytest.mark.django_db
def test_cellar_opens_to_a_second_factor(client, prove_mfa):
    kim = get_user_model().objects.create_user("kim@teahouse.example", "kims own password")
    UserSocialAuth.objects.create(user=kim, provider="auth0", uid="auth0|kim")
    client.force_login(kim, backend="accounts.login.backend.Auth0Backend")
    assert client.get("/cellar/").status_code == 302

    prove_mfa(client)

    assert client.get("/cellar/").content == b"the oldest teas"


@pytest.mark.django_db
def test_cellar_stays_shut_to_a_password_of_this_site(client, prove_mfa):
    get_user_model().objects.create_user("pat@teahouse.example", "pats own password")
    assert client.login(email="pat@teahouse.example", password="pats own password")
    assert client.get("/cellar/").status_code == 302
    with pytest.raises(ValueError, match="UserSocialAuth"):
        prove_mfa(client)
