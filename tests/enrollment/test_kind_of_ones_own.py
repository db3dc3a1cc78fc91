"""One more kind, from this one file: everything else asks it what is true of it.

A call is a phone at the tenant, told apart by how its codes are to travel.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from enrollment.account.methods import Factor, factors_from
from enrollment.checks import check_kinds
from enrollment.confirmation.sent_code import SENT_CODE
from enrollment.kinds import phone
from enrollment.kinds.base import Channel, Kind, OfferWords, Role, SentTo
from enrollment.kinds.registry import kind_of_type, register, unregister
from enrollment.models.activity import ActivityEvent
from tests.enrollment.adding import NUMBER, Adder, add
from tests.enrollment.console import run
from tests.enrollment.makers import method
from tests.enrollment.reading import SECURITY, heading_of, links_of, text_of
from tests.support.person import Person

CALL = Kind(
    value="phone-call",
    label="Phone call",
    role=Role.SECOND_FACTOR,
    strength=2,
    independent=True,
    interceptable=True,
    switch="sms",
    my_account_type="phone",
    recognises=lambda method: method.type == "phone" and method.preferred == "voice",
    confirmation=SENT_CODE,
    sent_to=SentTo.PHONE,
    channels={
        "voice": Channel(
            name="a voice",
            choice="A voice that reads the code out",
            on_its_way="Pick up: %(address)s rings.",
        )
    },
    phrase="a code read out by a voice",
    named_phrase="a code read out to “%(name)s”",
    offer=OfferWords(
        title="Add a phone that is called",
        description="A voice reads the code out.",
        needs="Be where the phone is.",
        doing="You give the number, pick up, and type what you hear.",
    ),
    use="When you sign in, the phone rings.",
)


class Caller(Adder):
    """Somebody who adds one."""

    def typed(self) -> dict[str, str]:
        return {"number": NUMBER, "channel": "voice"}

    def confirm(self, code: str | None = None, **values: str) -> Any:
        return self.who.press(self.step, "Add this phone", code=code or self.code(), **values)

    def factors(self) -> list[dict[str, Any]]:
        """What the command lists of this kind."""
        listed = run("mfa_user", "list", self.who.account.email, "--json").json["users"][0]["factors"]
        return [factor for factor in listed if factor["kind"] == self.kind]


@pytest.fixture
def call() -> Iterator[Kind]:
    register(CALL)
    yield CALL
    unregister(CALL)


@pytest.fixture
def nia(person: Callable[..., Person], call: Kind) -> Caller:
    return Caller(person("nia"), call.value)


def calls_in(*methods: Any) -> list[Factor]:
    return [factor for factor in factors_from(methods) if factor.kind is CALL]


def test_kind_lacks_nothing_but_its_icon(call: Kind) -> None:
    assert [message.msg for message in check_kinds()] == ["The kind phone-call has no icon."]


def test_kind_is_told_from_the_one_whose_type_it_has(call: Kind) -> None:
    called, texted = method("phone", 1, preferred="voice"), method("phone", 2, preferred="sms")

    assert [factor.id for factor in calls_in(called, texted)] == [called.id]
    assert texted.kind is phone.KIND
    assert kind_of_type("phone") is phone.KIND


def test_kind_that_is_taken_out_again_is_what_it_rides_on() -> None:
    assert method("phone", preferred="voice").kind is phone.KIND
    with pytest.raises(NoReverseMatch):
        reverse("enrollment:add", args=[CALL.value])


def test_value_that_is_taken_is_refused(call: Kind) -> None:
    with pytest.raises(ValueError, match="phone-call"):
        register(call)


def test_kind_is_offered_on_the_account_page(nia: Caller) -> None:
    page = nia.who.open(SECURITY)

    assert add(CALL.value) in links_of(page, "/")
    assert "A voice reads the code out." in text_of(page)


def test_kind_asks_for_a_number_and_leaves_its_own_channels_to_choose(nia: Caller) -> None:
    page = nia.open()

    assert heading_of(page) == "Add a phone that is called"
    assert "A voice that reads the code out" in text_of(page)
    assert "Text message" not in text_of(page)
    assert nia.give(channel="sms").status_code == 422


def test_step_says_how_the_code_of_this_kind_comes(nia: Caller) -> None:
    assert "Pick up: +1 ••••••23 rings." in text_of(nia.begin())


def test_kind_is_enrolled_listed_and_judged_interceptable(nia: Caller) -> None:
    page = nia.add()

    assert "is on your account" in heading_of(page)
    assert "When you sign in, the phone rings." in text_of(page)
    (listed,) = nia.factors()
    assert listed["label"] == "Phone call"
    assert "phone" in nia.methods()
    assert ActivityEvent.objects.get(action="factor:added").factor_kind == CALL.value
    account = text_of(nia.who.client.get(SECURITY))
    assert "Phone call" in account
    assert "Codes can be intercepted" in account


def test_kind_is_removed(nia: Caller) -> None:
    nia.add()
    link = next(link for link in links_of(nia.who.open(SECURITY), "/remove/") if "phone%7C" in link)
    page = nia.who.open(link)

    nia.who.press(page, "Remove it")

    assert nia.factors() == []
    assert "phone" not in nia.methods()
    assert ActivityEvent.objects.get(action="factor:removed").factor_kind == CALL.value


def test_phone_of_its_own_kind_stays_one_beside_it(person: Callable[..., Person], call: Kind) -> None:
    tess = Caller(person("tess"), call.value)
    tess.add()

    listed = run("mfa_user", "list", tess.who.account.email, "--json").json["users"][0]["factors"]

    assert sorted(factor["kind"] for factor in listed if "phone" in factor["id"]) == ["phone", "phone-call"]
