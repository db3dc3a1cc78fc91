"""Each kind added on the site's pages, without JavaScript, and what the page says afterwards."""

from collections.abc import Callable

import pytest
from django.core import mail
from pytest_django import Settings

from enrollment.models.activity import ActivityEvent
from enrollment.models.outbox import OutboxEmail
from mfaproject.users.models import User
from tests.enrollment.adding import ADDRESS, Adder, add
from tests.enrollment.console import run
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support import softauthn
from tests.support.actions import SIGN_IN, install_actions
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
KINDS = ("totp", "phone", "email", "push", "passkey")
TITLES = {
    "totp": "Authenticator app",
    "phone": "+1 ••••••23",
    "email": "s•••@example.test",
    "push": "Demo phone",
    "passkey": "Passkey",
}


@pytest.mark.parametrize("kind", KINDS)
def test_add_of_each_kind_ends_with_the_factor_on_the_account(person: People, kind: str) -> None:
    tess = Adder(person("tess"), kind)
    before = tess.methods()

    page = tess.add()

    assert heading_of(page) == f"“{TITLES[kind]}” is on your account"
    # The app that takes push notifications gives codes as well.
    assert tess.methods() == [*before, *(["push", "totp"] if kind == "push" else [kind])]
    assert tess.row.state == "confirmed"
    listed = run("mfa_user", "list", tess.who.account.email, "--json").json["users"][0]["factors"]
    titles = [factor["name"] or factor["address"] or factor["label"] for factor in listed]
    # The number in the seed ends in the same digits.
    assert titles.count(TITLES[kind]) == (2 if kind == "phone" else 1)
    assert TITLES[kind] in text_of(tess.who.client.get(SECURITY))


def test_add_promises_an_email_with_the_mail_server_down_and_none_without_an_address(
    person: People, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 9
    tess = Adder(person("tess"), "totp")
    assert "We'll email you about this" in text_of(tess.add())
    assert OutboxEmail.objects.get().state == "failed"

    nobody = Adder(person("tess"), "passkey")
    nobody.begin()
    User.objects.update(email="")
    page = nobody.who.follow(nobody.confirm())

    assert "is on your account" in heading_of(page)
    assert "email you about this" not in text_of(page)


@pytest.mark.parametrize("kind", ["totp", "phone", "push", "email"])
def test_add_of_the_first_factor_shows_the_recovery_code_once(person: People, kind: str) -> None:
    nia = Adder(person("nia"), kind)
    nia.begin()
    if kind == "push":
        nia.scan()

    page = nia.confirm()

    assert page.status_code == 200
    assert heading_of(page) == "Your new recovery code"
    assert "is added. One thing more" in text_of(page)
    assert "no-store" in page["Cache-Control"]
    code = nia.who.tenant.user(nia.who.account)["recovery_code"]
    assert code[:4] in text_of(page)
    assert code[:4] not in text_of(nia.who.client.get(nia.path))


def test_added_factor_is_named_mailed_and_listed(person: People) -> None:
    nia = Adder(person("nia"), "totp")

    page = nia.add()

    assert heading_of(page) == "“Authenticator app” is on your account"
    assert "Authenticator app" in mail.outbox[0].body
    assert {event.action for event in ActivityEvent.objects.all()} >= {"factor:added", "recovery-code:made"}
    assert "Authenticator app" in text_of(nia.who.client.get(SECURITY))


@pytest.mark.parametrize("kind", KINDS)
def test_begin_page_says_what_is_needed_and_what_happens(person: People, kind: str) -> None:
    page = Adder(person("nia"), kind).open()

    assert page.status_code == 200
    assert heading_of(page).startswith("Add")
    assert "no-store" in page["Cache-Control"]


def test_person_with_e_mail_alone_has_nothing_to_step_up_with_and_adds_more(
    person: People, tenant: Tenant
) -> None:
    tenant.add_user(
        sub=tenant["nia"].sub,
        factors=[{"type": "email", "email": "spare@example.test"}, {"type": "recovery-code"}],
    )
    nia = Adder(person("nia"), "totp")
    nia.begin()
    nia.confirm()
    assert {"email", "totp"} <= set(nia.methods())


def test_begin_page_of_a_phone_is_honest_about_sim_cards(person: People) -> None:
    assert "moving your number to their SIM card" in text_of(Adder(person("nia"), "phone").open())


def test_begin_page_of_an_address_says_that_it_is_no_second_step_alone(person: People) -> None:
    said = "On its own this is no second factor"

    assert said in text_of(Adder(person("nia"), "email").open())
    assert said not in text_of(Adder(person("tess"), "email").open())


def test_begin_page_names_what_there_is_already(person: People) -> None:
    said = text_of(Adder(person("tess"), "totp").open())

    assert "On your account already: Phone app." in said
    assert "cannot be added twice" in said


def test_step_of_an_app_shows_code_key_and_link(person: People) -> None:
    nia = Adder(person("nia"), "totp")

    page = nia.begin()

    html, secret = page.content.decode(), nia.method()["secret"]
    assert "<svg viewBox=" in html
    assert 'href="otpauth://totp/' in html
    assert " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)) in text_of(page)
    # Once for the eye and once in the link: in no comment, attribute or script besides.
    assert secret not in html.replace(f"secret={secret}", "")
    assert 'inputmode="numeric"' in html


def test_step_of_a_sent_code_masks_where_it_went(person: People, tenant: Tenant) -> None:
    nia = Adder(person("nia"), "email")

    page = nia.begin()

    assert ADDRESS not in page.content.decode()
    assert "on its way to s•••@example.test" in text_of(page)
    assert tenant.messages(ADDRESS)


@pytest.mark.parametrize(("channel", "said"), [("sms", "text message"), ("voice", "A call is on its way")])
def test_phone_is_reached_as_chosen(person: People, tenant: Tenant, channel: str, said: str) -> None:
    nia = Adder(person("nia"), "phone")

    page = nia.begin(channel=channel)

    assert said in text_of(page)
    assert tenant.messages()[-1]["channel"] == channel


def test_phone_country_is_guessed_from_the_browser_and_named_in_words(person: People) -> None:
    nia = person("nia")
    nia.open(add("phone"))

    page = nia.client.get(add("phone"), headers={"accept-language": "en-GB,en;q=0.8"})

    assert '<option value="GB" selected>United Kingdom (+44)</option>' in page.content.decode()


def test_passkey_says_where_it_lives(person: People) -> None:
    tess = Adder(person("tess"), "passkey")

    page = tess.add()

    assert "On one device only" in text_of(page)
    assert "Phishing-resistant" in text_of(page)


def test_passkey_of_a_known_maker_is_named_after_it(person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softauthn, "AAGUID", bytes.fromhex("bada5566a7aa401fbd9645619a55120d"))
    tess = Adder(person("tess"), "passkey")
    tess.key.synced = True

    page = tess.add()

    assert heading_of(page) == "“1Password” is on your account"
    assert "Synced to your devices" in text_of(page)


def test_passkey_of_somebody_who_signs_in_with_google_is_not_offered(person: People) -> None:
    gus = person("gus")

    assert "passkey" not in gus.open(SECURITY).content.decode().replace("#passkey", "")
    assert "does not offer this for your account" in text_of(Adder(gus, "passkey").open())


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_next_step_after_weak_factors_is_a_passkey(person: People, kind: str) -> None:
    page = Adder(person("nia"), kind).add()

    assert "Add one more: Passkey" in text_of(page)


@pytest.mark.parametrize(
    ("kind", "actions", "said"),
    [
        ("totp", (SIGN_IN,), "From now on, sign-in asks for a second factor."),
        ("totp", (), "Sign-in does not ask for it; this site does before sensitive changes."),
        (
            "email",
            (SIGN_IN,),
            "Sign-in may not ask for it: this kind works only beside another second factor.",
        ),
        ("passkey", (SIGN_IN,), ""),
    ],
)
def test_success_page_says_whether_sign_in_asks_for_what_was_added(
    person: People, tenant: Tenant, kind: str, actions: tuple[str, ...], said: str
) -> None:
    install_actions(tenant, *actions)
    page = text_of(Adder(person("nia"), kind).add())

    assert said in page
    assert ("ign-in asks for" in page) is said.startswith("From now on")


def test_next_step_after_one_good_factor_is_a_spare(person: People) -> None:
    page = Adder(person("nia"), "totp").add()

    assert "With a second way in, losing one does not lock you out." in text_of(page)


def test_next_step_after_enough_is_none(person: People) -> None:
    tess = person("tess")
    tess.press(tess.open(SECURITY), "I have saved it")

    assert "A sensible next step" not in text_of(Adder(tess, "passkey").add())


def test_next_step_is_the_recovery_code_that_nobody_has_saved(person: People) -> None:
    nia = Adder(person("nia"), "totp")
    nia.begin()
    shown = nia.confirm()

    page = nia.who.client.get(nia.path)

    assert "I have saved it where I will find it" in text_of(shown)
    assert "Save your recovery code" in text_of(page)
    assert "You have not said that you saved it." in text_of(nia.who.client.get(SECURITY))


def test_recovery_code_said_to_be_saved_is_not_asked_about_again(person: People) -> None:
    nia = Adder(person("nia"), "totp")
    nia.begin()
    nia.confirm()

    after = nia.who.follow(nia.who.press(nia.who.client.get(SECURITY), "I have saved it"))

    assert "Keep the recovery code where you will find it" in text_of(after)
    assert "You have not said" not in text_of(after)


def test_recovery_code_used_to_sign_in_is_noticed(person: People, elapse: Clock) -> None:
    tess = person("tess")
    tess.open(f"{SECURITY}recovery-code/", factor="recovery-code")
    elapse(90)

    said = text_of(tess.client.get(SECURITY))

    assert "Used to sign in, and replaced then" in said


def test_add_of_a_recovery_code_leads_to_its_own_page(person: People) -> None:
    assert heading_of(person("tess").open(add("recovery-code"))).endswith("recovery code")
