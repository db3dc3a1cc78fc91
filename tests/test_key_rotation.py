"""SECRET_KEY is replaced: with the earlier one as a fallback all goes on, without it nothing crashes."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.auth0.encryption import decrypt, encrypt, renew
from enrollment.account.settlement import Expected
from enrollment.audit.delivery import deliver_due
from enrollment.flows.reencrypt import COLUMNS, Reencryption, reencrypt
from enrollment.models.operation import Operation, OperationState, encrypt_expected
from enrollment.models.outbox import OutboxEmail
from enrollment.models.pending_enrollment import PendingEnrollment
from tests.enrollment.adding import Adder, add
from tests.enrollment.console import run
from tests.enrollment.reading import SECURITY
from tests.enrollment.test_pages_remove import kinds_of, link_to_remove
from tests.support.person import SITE, Person
from tests.support.redis_process import free_port

People = Callable[..., Person]
Rotate = Callable[[], None]
COOKIE = "mfaproject_sessionid"
NEWER = "another-demo-secret-key-0123456789-abcdefghijklmnopqrst"


@pytest.fixture
def rotate(settings: Settings) -> Rotate:
    """Replace the key, and keep the earlier one as a fallback."""

    def replace() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = NEWER

    return replace


@pytest.fixture
def forget(settings: Settings) -> Rotate:
    """Take the earlier key out of the fallbacks."""

    def empty() -> None:
        settings.SECRET_KEY_FALLBACKS = []

    return empty


@pytest.fixture
def unsent(settings: Settings) -> Callable[[Person], OutboxEmail]:
    """Somebody removes a factor while the mail server is down."""

    def make(who: Person) -> OutboxEmail:
        page = who.open(link_to_remove(who))
        backend = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
        who.press(page, "Remove it")
        settings.EMAIL_BACKEND = backend
        return OutboxEmail.objects.get(sent_at=None)

    return make


def try_again() -> int:
    OutboxEmail.objects.filter(sent_at=None).update(next_try_at=timezone.now())
    return deliver_due()


# With the fallback


def test_enrollment_and_its_token_outlive_the_key(person: People, rotate: Rotate) -> None:
    adder = Adder(person("nia"), "totp")
    adder.begin()
    rotate()

    adder.confirm()
    assert "totp" in kinds_of(adder.who)


def test_requests_at_once_after_the_change_sign_nobody_out(person: People, rotate: Rotate) -> None:
    tess = person("tess")
    tess.open(f"{SECURITY}recovery-code/")
    beside = Client(headers={"host": SITE.removeprefix("http://")})
    beside.cookies[COOKIE] = tess.client.cookies[COOKIE].value
    rotate()

    for client in (tess.client, beside, tess.client, beside):
        assert client.get(f"{SECURITY}recovery-code/").status_code == 200


def test_processes_that_sign_with_either_key_serve_one_session(person: People, settings: Settings) -> None:
    """While processes are replaced, the old ones know the new key as a fallback, and the other way round."""
    tess = person("tess")
    tess.open(f"{SECURITY}recovery-code/")
    keys = (settings.SECRET_KEY, NEWER)

    for mine, other in (keys, keys[::-1], keys, keys[::-1]):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = mine, [other]
        assert tess.client.get(f"{SECURITY}recovery-code/").status_code == 200


def test_session_by_a_key_that_is_no_fallback_is_over(person: People, rotate: Rotate, forget: Rotate) -> None:
    tess = person("tess")
    tess.sign_in()
    rotate()
    forget()

    assert tess.client.get(SECURITY).headers["Location"].startswith("/sign-in/")


def test_sign_in_begun_before_the_change_ends_after_it(person: People, rotate: Rotate) -> None:
    tess = person("tess")
    page = tess.client.get("/sign-in/")
    callback = tess.to_callback(tess.submit(page, to_path="/auth/login/auth0/"))
    rotate()

    assert tess.follow(tess.client.get(callback)).status_code == 200
    assert tess.client.get(SECURITY).status_code == 200


def test_email_that_waits_outlives_the_key(
    person: People, rotate: Rotate, unsent: Callable[[Person], OutboxEmail]
) -> None:
    row = unsent(person("tess"))
    rotate()

    assert try_again() == 1
    assert mail.outbox[-1].extra_headers["Message-ID"] == row.message_id


# Encrypted anew


def test_cleanup_lets_the_earlier_key_go(
    person: People, rotate: Rotate, forget: Rotate, unsent: Callable[[Person], OutboxEmail]
) -> None:
    adder = Adder(person("nia"), "totp")
    adder.begin()
    unsent(person("tess"))
    rotate()

    foreseen = run("mfa_cleanup", "--json", "--dry-run").json["reencryption"]
    done = run("mfa_cleanup", "--json").json["reencryption"]
    again = run("mfa_cleanup", "--json").json["reencryption"]
    forget()

    assert foreseen == {"renewed": foreseen["renewed"], "unreadable": 0}
    assert done["renewed"] >= foreseen["renewed"] - 1 > 2, "but for the email, which may be sent by then"
    assert again == {"renewed": 0, "unreadable": 0}
    assert PendingEnrollment.objects.get().secrets["barcode_uri"]
    assert try_again() <= 1
    assert not OutboxEmail.objects.filter(sent_at=None).exists()
    assert run("mfa_cleanup", "--json").json["reencryption"] is None


def test_every_encrypted_column_is_encrypted_anew() -> None:
    columns = {
        (model, field.name)
        for app in ("accounts", "enrollment")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.fields
        if field.name.startswith("encrypted_")
    }
    assert {(rows.model, column) for rows, column in COLUMNS} == columns


def test_what_no_key_opens_is_counted_and_left(db: None, rotate: Rotate, settings: Settings) -> None:
    lost = OutboxEmail.objects.create(encrypted_message=encrypt("{}"), language="en", message_id="<1@x>")
    rotate()
    settings.SECRET_KEY_FALLBACKS = ["a-key-that-never-was-in-use"]

    assert reencrypt() == Reencryption(renewed=0, unreadable=1)
    assert OutboxEmail.objects.get().encrypted_message == lost.encrypted_message
    assert "Encrypted with a key that is gone: 1" in run("mfa_cleanup").out


def test_renewed_text_says_the_same_to_the_newest_key_alone(rotate: Rotate, forget: Rotate) -> None:
    token = encrypt("text")
    assert renew(token) == token
    rotate()
    newer = renew(token)
    assert newer
    assert newer != token
    forget()
    assert decrypt(newer) == "text"
    assert renew(token) is None


# Without the earlier key


def test_email_that_no_key_opens_stays_in_the_outbox_and_is_reported(
    person: People, rotate: Rotate, forget: Rotate, unsent: Callable[[Person], OutboxEmail]
) -> None:
    unsent(person("tess"))
    rotate()
    forget()

    assert try_again() == 0
    assert OutboxEmail.objects.get().problem == "unreadable"
    done = run("mfa_cleanup", "--json")
    assert done.json["emails_unsent"] == 1
    assert done.status != 0


def test_pages_without_the_earlier_key_are_all_there(person: People, rotate: Rotate, forget: Rotate) -> None:
    nia = person("nia")
    adder = Adder(nia, "totp")
    adder.begin()
    rotate()
    forget()

    for page in (SECURITY, f"{SECURITY}activity/", adder.path, add("totp")):
        assert nia.open(page).status_code == 200
    assert run("mfa_cleanup", "--json").json["people"] == []


def test_open_change_that_no_key_opens_ends_as_unknown(
    person: People, rotate: Rotate, forget: Rotate
) -> None:
    tess = person("tess")
    tess.sign_in()
    user = tess.client.session["_auth_user_id"]
    Operation.objects.create(
        subject_id=user,
        action="factor:removed",
        factor_name="Phone",
        source="page",
        encrypted_expected=encrypt_expected(Expected(gone=("phone|1",))),
        busy_until=timezone.now(),
    )
    rotate()
    forget()

    run("mfa_cleanup")

    assert Operation.objects.get().state == OperationState.UNKNOWN
