"""The pages in Spanish: nothing of the English ones is left in them."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.login.error_pages import LOGIN_ERROR_PAGES, STEP_UP_CANCELLED
from enrollment.admin.people import PAGES
from mfaproject.users.models import User
from tests.enrollment.adding import Adder
from tests.enrollment.alarms import ACTIVITY, DONE, alarm
from tests.support.person import Person
from tests.support.spoken import language_of_page, spoken
from tools.messages.catalog import entries, singular
from tools.messages.extract import messages

People = Callable[..., Person]
SECURITY = "/account/security/"
TOTP = "totp%7Cdev_tess_totp"

PUBLIC_PAGES = ("/", "/sign-in/", f"/sign-in/?next={SECURITY}", "/account/language/", "/no-such-page/")
OWN_PAGES = (
    "/",
    "/account/language/",
    SECURITY,
    f"{SECURITY}activity/",
    f"{SECURITY}activity/?show=failed",
    f"{SECURITY}not-me/",
    f"{SECURITY}add/",
    f"{SECURITY}{TOTP}/rename/",
    f"{SECURITY}{TOTP}/remove/",
    f"{SECURITY}recovery-code/",
)
KINDS = ("totp", "phone", "email", "push", "passkey", "webauthn-roaming", "webauthn-platform")
ADMIN_PAGES = ("", "users/user/", "enrollment/activityevent/")
ERROR_PAGES = (
    *("400.html", "403.html", "403_csrf.html", "404.html", "500.html"),
    "accounts/session_ended.html",
)

# The same in both languages: names, addresses, countries of the picker, places as the tenant names them.
NAMES = re.compile(
    r"mfaproject|[\w.+•-]+@example\.test|\W*(Tess|Ada|Nia|Sol|Phone app|Demo phone)\b.*"
    r"|testserver.*|localhost.*|.+ \(\+\d+\)|Lund, Sweden|ID|No|Error:|Support"
)
LONG_ENOUGH = 3


@cache
def english() -> tuple[frozenset[str], frozenset[str]]:
    """What is translated: whole messages, and those parts of them that no English page is without."""
    whole = {singular(message) for message in entries(messages())}
    pieces = {piece.strip() for text in whole for piece in re.split(r"%\(\w+\)[sd]|<[^>]+>", text)}
    return frozenset(whole), frozenset(piece for piece in pieces if piece.count(" ") >= LONG_ENOUGH)


def faults(page: str, twin: str, *, all_ours: bool = True) -> list[str]:
    """What is wrong with a Spanish page, given the same one in English.

    A page that is Django's in part is not `all_ours`: its words are Django's to translate.
    """
    whole, pieces = english()
    same = spoken(page) & spoken(twin)
    left = {text for text in (same if all_ours else same & whole) if not NAMES.fullmatch(text)}
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    left |= {piece for piece in pieces if piece in plain}
    languages = (language_of_page(page), language_of_page(twin))
    return [*sorted(left), *([] if languages == ("es", "en") else [f"languages {languages}"])]


def both(somebody: Person, path: str) -> list[str]:
    """A page in Spanish and in English, with nothing done to get there."""
    answers = [somebody.client.get(path, headers={"accept-language": code}) for code in ("es", "en")]
    return [answer.content.decode() for answer in answers]


def walked(somebody: Person, paths: Iterable[str], *, all_ours: bool = True) -> dict[str, list[str]]:
    """Open pages in both languages; what is wrong with each."""
    found = {}
    for path in paths:
        twin = somebody.open(path)
        assert twin.request["PATH_INFO"] == path.partition("?")[0].replace("%7C", "|"), path
        page = somebody.client.get(path, headers={"accept-language": "es"})
        found[path] = faults(page.content.decode(), twin.content.decode(), all_ours=all_ours)
    return {path: wrong for path, wrong in found.items() if wrong}


def test_public_pages_are_all_spanish(person: People) -> None:
    assert [fault for path in PUBLIC_PAGES for fault in faults(*both(person("nia"), path))] == []


def test_own_pages_are_all_spanish(person: People) -> None:
    tess = person("tess")
    tess.sign_in()

    assert walked(tess, OWN_PAGES) == {}


def test_step_up_page_is_all_spanish(person: People) -> None:
    tess = person("tess")
    tess.sign_in()

    assert faults(*both(tess, f"/step-up/?next={SECURITY}recovery-code/")) == []


def test_page_of_somebody_without_a_second_factor_is_all_spanish(person: People) -> None:
    nia = person("nia")
    nia.sign_in(to=SECURITY)
    nia.client.get(SECURITY)
    pages = both(nia, "/step-up/?next=/")

    assert "Add a two-factor method first" in pages[1]
    assert faults(*pages) == []


def test_pages_of_adding_are_all_spanish(person: People) -> None:
    nia = person("nia")
    nia.sign_in()

    assert walked(nia, [f"{SECURITY}add/{kind}/" for kind in KINDS]) == {}


@pytest.mark.parametrize("kind", KINDS[:5])
def test_page_of_an_enrollment_under_way_is_all_spanish(person: People, kind: str) -> None:
    nia = person("nia")
    nia.sign_in()
    adder = Adder(nia, kind)
    adder.begin()

    assert walked(nia, [adder.path, SECURITY]) == {}


@pytest.mark.parametrize("kind", ["phone", "push", "passkey"])
def test_page_of_a_factor_just_added_is_all_spanish(person: People, kind: str) -> None:
    nia = person("nia")
    nia.sign_in()
    adder = Adder(nia, kind)
    adder.add()

    assert walked(nia, [adder.path, SECURITY, f"{SECURITY}activity/"]) == {}


def test_pages_of_a_locked_account_are_all_spanish(person: People) -> None:
    tess = person("tess")
    tess.sign_in()
    alarm(tess)

    assert walked(tess, [DONE, SECURITY, ACTIVITY]) == {}


def test_admin_is_all_spanish(person: People) -> None:
    person("tess").sign_in()
    ada = person("ada")
    ada.sign_in()
    tess = f"users/user/{User.objects.get(email='tess@example.test').pk}/"
    pages = [*ADMIN_PAGES, f"{tess}change/", *(f"{tess}security/{ending}" for ending in PAGES)]
    paths = [f"/admin/{page}".replace("<path:factor_id>", TOTP) for page in pages]

    assert walked(ada, paths, all_ours=False) == {}


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_is_all_spanish(name: str) -> None:
    twin = render_to_string(name)
    with translation.override("es"):
        assert faults(render_to_string(name), twin) == []


def test_failed_sign_in_is_explained_in_spanish() -> None:
    said = [
        text
        for explanation in (*LOGIN_ERROR_PAGES.values(), STEP_UP_CANCELLED)
        for text in (explanation.heading, explanation.what, explanation.advice)
    ]
    twins = [str(text) for text in said]
    with translation.override("es"):
        assert [twin for twin, text in zip(twins, said, strict=True) if twin == str(text)] == []
