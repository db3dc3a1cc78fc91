"""A path rule for the whole site: nobody is locked out of the pages by which they could meet it."""

from collections.abc import Callable
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from enrollment import conf, urls
from enrollment.checks import check_settings
from enrollment.models.locks import current_lock
from tests.enrollment.adding import Adder
from tests.enrollment.alarms import NOT_ME, alarm, user_of
from tests.enrollment.reading import SECURITY
from tests.support.person import Person

People = Callable[..., Person]
ADD = f"{SECURITY}add/"
# What the addresses of enrollment may ask for.
SAMPLES: tuple[dict[str, Any], ...] = (
    {},
    {"kind": "totp"},
    {"kind": "webauthn-roaming"},
    {"kind": "totp", "pending_id": uuid4()},
    {"factor_id": "totp|dev_tess_totp"},
)


@pytest.fixture(autouse=True)
def _whole_site(settings: Settings) -> None:
    settings.STEP_UP_RULES = ["/"]


def addresses() -> dict[str, list[str]]:
    """Every named page of enrollment, with addresses of it."""
    names = {
        str(name) for pattern in [*urls.urlpatterns, *urls.adding] if (name := getattr(pattern, "name", ""))
    }
    return {name: [*_reversed(f"enrollment:{name}")] for name in names}


def _reversed(name: str) -> list[str]:
    found = []
    for sample in SAMPLES:
        try:
            found.append(reverse(name, kwargs=sample))
        except NoReverseMatch:
            continue
    return found


def test_person_without_a_factor_finds_the_way_to_one_and_meets_the_rule(person: People) -> None:
    nia = person("nia")
    nia.sign_in()
    refused = nia.client.get(SECURITY)
    page = nia.client.get(refused["Location"]).content.decode()
    assert refused["Location"].startswith("/step-up/")
    assert f'href="{ADD}"' in page
    assert f'href="{ADD}totp/"' in nia.client.get(ADD).content.decode()

    Adder(nia, "phone").add()

    assert nia.open(SECURITY).request["PATH_INFO"] == SECURITY


def test_person_known_to_have_no_factor_finds_the_same_ways(person: People) -> None:
    nia = person("nia")
    nia.sign_in()
    step_up = nia.client.get(SECURITY)["Location"]
    # To begin reads the list, so that from now on it is known.
    page = nia.client.get(nia.client.post(step_up, {"next": SECURITY})["Location"]).content.decode()

    assert f'href="{ADD}"' in page
    assert f'href="{NOT_ME}"' in page


def test_alarm_holds_nobody_up(person: People) -> None:
    tess = person("tess")
    tess.sign_in()
    page = tess.client.get(tess.client.get(SECURITY)["Location"]).content.decode()
    assert f'href="{NOT_ME}"' in page

    assert alarm(tess).status_code == 200

    assert current_lock(user_of(tess)) is not None


def test_pages_that_stay_open_are_these_and_no_other(person: People) -> None:
    tess = person("tess")
    tess.sign_in()

    exempt = {"add-any", "add", "add-link", "not-me", "not-me-done", "password", "pending"}
    exempt |= {"pending-resend", "pending-cancel", "pending-status"}
    assert {f"enrollment:{name}" for name in exempt} == conf.OPEN_PAGES
    gated = {name: paths for name, paths in addresses().items() if name not in exempt}
    assert {"security", "remove", "rename", "recovery-code", "activity", "unfreeze"} <= set(gated)
    for path in chain(*gated.values()):
        for answer in (tess.client.get(path), tess.client.post(path)):
            assert answer.headers.get("Location", "").startswith("/step-up/"), path


def test_page_that_stays_open_asks_for_proof_itself(person: People) -> None:
    tess = person("tess")
    tess.sign_in()

    assert tess.client.get(f"{ADD}phone/")["Location"].startswith("/step-up/")
    assert tess.client.get(f"{ADD}webauthn-roaming/")["Location"].startswith("/step-up/")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (["/"], 2),
        (["/account/"], 2),
        ([SECURITY, "/"], 2),
        ([f"{ADD}totp/"], 1),
        ([NOT_ME.rstrip("/")], 1),
        ([f"{SECURITY}activity/"], 0),
        (["/billing/"], 0),
        ([{"prefix": "/"}], 0),
    ],
)
def test_rule_over_pages_that_stay_open_is_told_so(settings: Settings, rules: list[str], told: int) -> None:
    settings.STEP_UP_RULES = rules

    found = [message for message in check_settings() if message.id == "enrollment.I001"]

    assert len(found) == told
    assert all(message.hint and "/account/security/" in message.msg for message in found)
