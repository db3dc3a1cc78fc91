"""A site's other providers, beside the tenant: they keep social-auth's own views and pipeline."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings
from social_core.backends import utils
from social_core.backends.oauth import BaseOAuth2
from social_core.exceptions import SocialAuthBaseException
from social_django.models import UserSocialAuth

from tests.support.person import Person


class Guild(BaseOAuth2[Any]):
    """Another provider that a site has."""

    name = "guild"
    AUTHORIZATION_URL = "https://guild.example/authorize"


@pytest.fixture
def _guild(settings: Settings) -> Iterator[None]:
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, f"{__name__}.Guild"]
    settings.SOCIAL_AUTH_GUILD_KEY = "guild-key"
    utils.BACKENDSCACHE.clear()
    yield
    utils.BACKENDSCACHE.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("_guild")
def test_sign_in_with_another_provider_begins_there(client: Client) -> None:
    assert client.get("/auth/login/guild/").status_code == 405
    begun = client.post(reverse("social:begin", args=["guild"]))
    assert begun["Location"].startswith("https://guild.example/authorize?client_id=guild-key")


@pytest.mark.django_db
@pytest.mark.usefixtures("_guild")
@pytest.mark.parametrize("method", ["get", "post"])
def test_answer_of_another_provider_is_judged_by_its_backend(method: str) -> None:
    with pytest.raises(SocialAuthBaseException):
        getattr(Client(enforce_csrf_checks=True), method)(reverse("social:complete", args=["guild"]))


@pytest.mark.usefixtures("_guild")
def test_another_provider_can_be_unlinked_and_the_tenant_cannot(person: Callable[[str], Person]) -> None:
    tess = person("tess")
    tess.sign_in()
    row = UserSocialAuth.objects.get()
    UserSocialAuth.objects.create(user=row.user, provider="guild", uid="7")

    tess.client.post(reverse("social:disconnect", args=["guild"]))

    assert [kept.provider for kept in UserSocialAuth.objects.all()] == ["auth0"]
    assert tess.client.post("/auth/disconnect/auth0/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("social:disconnect", args=["auth0"])
