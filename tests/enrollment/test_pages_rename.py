"""Renaming a factor in the page."""

from collections.abc import Callable

import pytest

from tests.enrollment.reading import SECURITY, heading_of, links_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person

People = Callable[..., Person]


def app_of(who: Person) -> dict[str, str]:
    found: dict[str, str] = next(m for m in who.tenant.user(who.account)["methods"] if m["type"] == "totp")
    return found


def rename_page(who: Person) -> str:
    quoted = app_of(who)["id"].replace("|", "%7C")
    return next(link for link in links_of(who.open(SECURITY), "/rename/") if quoted in link)


def test_rename_shows_the_present_name_and_its_limit(person: People) -> None:
    tess = person("tess")

    page = tess.open(rename_page(tess))

    html = page.content.decode()
    assert heading_of(page).startswith("Rename “")
    assert 'maxlength="20"' in html
    assert f'value="{app_of(tess)["name"]}"' in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_rename_saves_and_says_so_on_the_list(person: People) -> None:
    tess = person("tess")
    page = tess.open(rename_page(tess))

    after = tess.follow(tess.submit(page, name="  Pixel   at home "))

    assert app_of(tess)["name"] == "Pixel at home"
    said = text_of(after)
    assert "It is called “Pixel at home” now." in said
    assert "Renamed Authenticator app" in said


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Give it a name."),
        ("x" * 21, "A name has 20 characters at most."),
        ("tab\u202eetc", "can be seen"),
    ],
    ids=["empty", "long", "unprintable"],
)
def test_rename_to_a_bad_name_keeps_the_form_and_what_was_typed(person: People, name: str, told: str) -> None:
    tess = person("tess")
    before = app_of(tess)["name"]
    page = tess.open(rename_page(tess))

    again = tess.submit(page, name=name)

    assert again.status_code == 422
    assert told in text_of(again)
    assert 'aria-invalid="true"' in again.content.decode()
    assert f'value="{name}"' in again.content.decode() or not name
    assert app_of(tess)["name"] == before


def test_rename_to_a_name_that_is_taken_is_told_at_the_field(person: People) -> None:
    account = person("tess").tenant.add_user(
        email="two@example.test",
        password="demo-Passw0rd!",
        factors=[
            {"type": "totp", "name": "One"},
            {"type": "phone", "phone_number": "+15555550177", "name": "Two"},
        ],
    )
    two = person(account)

    again = two.submit(two.open(rename_page(two)), name="two")

    assert "has this name already" in text_of(again)
    assert app_of(two)["name"] == "One"


def test_rename_interrupted_by_a_step_up_gives_back_what_was_typed(person: People, elapse: Clock) -> None:
    tess = person("tess")
    link = rename_page(tess)
    page = tess.open(link)
    elapse(16 * 60)

    interrupted = tess.submit(page, name="Typed in vain?")
    back = tess.follow(interrupted)

    assert interrupted["Location"].startswith("/step-up/")
    assert 'value="Typed in vain?"' in back.content.decode()
    assert app_of(tess)["name"] != "Typed in vain?"
    tess.follow(tess.submit(back, name="Typed in vain?"))
    assert app_of(tess)["name"] == "Typed in vain?"
