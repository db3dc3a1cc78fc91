"""E-mails and the tenant's links speak the language of whoever they go to, whoever caused them."""

import json
import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import translation

from accounts.languages import set_language
from enrollment.audit.log import Attempt, notify, write_event
from enrollment.audit.mail import SUBJECTS
from enrollment.flows.alarm import forget_browsers
from enrollment.flows.reset import reset_factors
from enrollment.flows.ticket import send_ticket
from enrollment.models.activity import Action, Outcome
from mfaproject.users.models import User
from tests.enrollment.conftest import Locals, acting
from tests.enrollment.makers import factor
from tests.support.mails import delivered
from tests.support.person import Person
from tests.support.tenant import Tenant
from tools.messages.catalog import entries, singular
from tools.messages.extract import messages

People = Callable[..., Person]
WHY = "Lost the phone; checked by letter"
TICKETS = "/api/v2/guardian/enrollments/ticket"


@pytest.fixture
def spanish_tess(local: Locals) -> User:
    tess = local("tess", first_name="Tess")
    set_language(tess, "es")
    return tess


def asked_in(tenant: Tenant) -> list[str]:
    """The languages that links were asked for in."""
    return [json.loads(call["request_body"])["email_locale"] for call in tenant.exchanges(TICKETS)]


def test_staff_in_english_writes_to_a_spanish_speaker_in_spanish(
    tenant: Tenant, spanish_tess: User, sol: User
) -> None:
    reset_factors(acting(sol, reason=WHY), spanish_tess, invitation=True)

    (letter,) = delivered()
    assert letter.subject == "Se quitaron todos los métodos de tu cuenta"
    assert letter.body.startswith("Hola, Tess:\n")
    assert asked_in(tenant) == ["es"]


@pytest.mark.parametrize(("nick", "is_named"), [("tess", True), ("gus", False)])
def test_email_speaks_of_a_password_only_to_whoever_may_have_one_here(
    local: Locals, sol: User, nick: str, is_named: bool
) -> None:
    forget_browsers(acting(sol, reason=WHY), local(nick))

    body = delivered()[0].body
    # The list of methods is not read for an email: a passkey may be all there is.
    assert ("Change your password, if you have one" in body) is ("password" in body) is is_named


def test_staff_in_spanish_writes_to_an_english_speaker_in_english(tess: User, sol: User) -> None:
    with translation.override("es"):
        forget_browsers(acting(sol, reason=WHY), tess)

    assert delivered()[0].body.startswith("Hello ")


def test_own_choice_is_stronger_than_the_language_of_the_request(spanish_tess: User) -> None:
    with translation.override("en"):
        forget_browsers(acting(spanish_tess), spanish_tess)

    assert delivered()[0].body.startswith("Hola, ")


def test_command_writes_in_the_language_of_the_person(tenant: Tenant, spanish_tess: User) -> None:
    call_command("mfa_user", "forget-browsers", "tess@example.test", "--reason", WHY)

    assert delivered()[0].subject == "Se olvidaron los navegadores recordados de tu cuenta"


def test_person_without_a_choice_is_written_to_in_what_they_last_read(person: People, sol: User) -> None:
    tess = person("tess")
    tess.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    tess.sign_in()

    forget_browsers(acting(sol, reason=WHY), User.objects.get(email="tess@example.test"))

    assert delivered()[0].subject == "Se olvidaron los navegadores recordados de tu cuenta"


def test_own_link_is_asked_for_in_ones_own_language(tenant: Tenant, spanish_tess: User) -> None:
    send_ticket(acting(spanish_tess), spanish_tess, send_mail=True)

    assert asked_in(tenant) == ["es"]


def test_row_of_the_trail_is_told_in_the_language_of_whoever_reads_it(tess: User) -> None:
    attempt = Attempt(acting(tess), tess, Action.FACTOR_REMOVED).about(factor("passkey"))
    event = write_event(attempt, Outcome.DONE)

    assert event.sentence == "Removed Passkey"
    with translation.override("es"):
        assert event.sentence == "Se quitó: Clave de acceso"


@pytest.mark.parametrize("action", SUBJECTS)
def test_letter_is_all_spanish(action: str, spanish_tess: User, sol: User) -> None:
    attempt = Attempt(acting(sol, reason=WHY), spanish_tess, Action(action), "totp", "Pixel")
    notify(attempt, write_event(attempt, Outcome.DONE))

    (letter,) = delivered()
    said = " ".join(f"{letter.subject} {letter.body}".split())
    whole = {singular(message) for message in entries(messages())}
    pieces = {piece.strip() for text in whole for piece in re.split(r"%\(\w+\)[sd]", text)}
    assert [piece for piece in pieces if piece.count(" ") > 1 and piece in said] == []
    assert re.search(r"\d{1,2} de [a-z]+ de 20\d\d a las \d{1,2}:\d\d UTC", said)
