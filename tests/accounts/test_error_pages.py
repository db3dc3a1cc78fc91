"""What is said of a request that could not be answered as asked."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from enrollment.signals import account_changed
from tests.support.person import Person

People = Callable[..., Person]
SECURITY = "/account/security/"
RENAME = f"{SECURITY}totp%7Cdev_tess_totp/rename/"


@pytest.fixture
def _signed_out_meanwhile() -> Iterator[None]:
    """Signed out in another tab, at the moment at which a change has been made."""

    def sign_out(**_: Any) -> None:
        Session.objects.all().delete()

    account_changed.connect(sign_out)
    yield
    account_changed.disconnect(sign_out)


@pytest.mark.usefixtures("_signed_out_meanwhile")
def test_change_made_while_signed_out_elsewhere_is_not_denied(person: People) -> None:
    tess = person("tess")
    page = tess.open(RENAME)

    answer = tess.submit(page, name="Work phone")

    said = answer.content.decode()
    assert answer.status_code == 400
    assert "Nothing was changed" not in said
    assert "it may have been done" in said
    assert f'href="{SECURITY}"' in said
    # Signed out, so nobody's menu.
    assert "Account menu for" not in said
    assert "Work phone" in tess.open(SECURITY).content.decode()


def test_page_of_a_bad_request_claims_nothing(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.test"})

    said = answer.content.decode()
    assert answer.status_code == 400
    assert "We could not understand that request" in said
    assert "changed" not in said
