"""What the list says after somebody has added factors here: each once, and nothing of what never was one."""

from collections.abc import Callable

import pytest

from enrollment.gateways import tenant_log
from enrollment.pending.state_machine import RESEND_COOL_DOWN
from tests.enrollment.adding import Adder
from tests.enrollment.happenings import ACTIVITY, told
from tests.support.clock import Clock
from tests.support.person import Person

People = Callable[..., Person]
CHANGED = ("Added", "Changed", "Removed")


def changes(who: Person) -> list[str]:
    """What the list says that was done to factors, as of now."""
    tenant_log.invalidate(who.account.sub)
    sentences = told(who.client.get(ACTIVITY))
    return [sentence for sentence in sentences if sentence.startswith(CHANGED)]


@pytest.mark.parametrize("kind", ["totp", "phone", "email", "push", "passkey"])
def test_factor_that_is_added_is_told_once_its_name_included(person: People, kind: str) -> None:
    tess = person("tess")
    Adder(tess, kind).add()

    (sentence,) = changes(tess)
    assert sentence.startswith("Added ")


@pytest.mark.parametrize("kind", ["totp", "phone", "push"])
def test_enrollment_that_is_given_up_removes_no_factor(person: People, kind: str) -> None:
    tess = person("tess")
    adder = Adder(tess, kind)
    adder.begin()
    tess.press(adder.step, "Cancel")
    logged = [entry["type"] for entry in tess.tenant.read("logs")]

    assert "gd_unenroll" in logged
    assert changes(tess) == []


def test_code_sent_again_removes_no_factor(person: People, elapse: Clock) -> None:
    tess = person("tess")
    adder = Adder(tess, "phone")
    adder.begin()
    elapse(RESEND_COOL_DOWN)
    adder.step = tess.follow(tess.press(adder.step, "Send it again"))
    adder.confirm()

    (sentence,) = changes(tess)
    assert sentence.startswith("Added ")
