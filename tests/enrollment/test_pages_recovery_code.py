"""The recovery code: explained, made by POST, shown in that one answer and nowhere else."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.models import Session

from enrollment.gateways.management import ManagementGateway
from enrollment.models.activity import ActivityEvent
from tests.enrollment.adding import Adder
from tests.enrollment.reading import SECURITY, heading_of, text_of
from tests.support.clock import Clock
from tests.support.person import Person
from tests.support.tenant import Tenant

People = Callable[..., Person]
CODE = f"{SECURITY}recovery-code/"
REGENERATE_ROUTE = "POST /api/v2/users/*/recovery-code-regeneration"


def code_on(page: Any) -> str:
    found = re.search(r"<code[^>]*data-code[^>]*>(.*?)</code>", page.content.decode(), re.DOTALL)
    assert found, "the page shows no code"
    return re.sub(r"<[^>]+>|\s", "", found[1])


def make_code(who: Person) -> Any:
    page = who.open(CODE)
    return who.press(page, "Replace my code")


def test_recovery_code_page_explains_and_makes_nothing(person: People) -> None:
    tess = person("tess")
    before = tess.tenant.user(tess.account)["recovery_code"]

    page = tess.open(CODE)

    assert "stops working at once" in text_of(page)
    assert tess.tenant.user(tess.account)["recovery_code"] == before


def test_recovery_code_made_is_the_one_the_tenant_has(person: People) -> None:
    tess = person("tess")
    before = tess.tenant.user(tess.account)["recovery_code"]

    page = make_code(tess)

    assert heading_of(page) == "Your new recovery code"
    assert code_on(page) == tess.tenant.user(tess.account)["recovery_code"] != before


def test_recovery_code_is_kept_nowhere_but_in_the_answer(person: People) -> None:
    tess = person("tess")

    page = make_code(tess)

    code = code_on(page)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert all(code not in str(session.get_decoded()) for session in Session.objects.all())
    assert all(code not in str(vars(event)) for event in ActivityEvent.objects.all())
    assert code not in tess.client.get(SECURITY).content.decode()
    # Once in the page: in no attribute, comment or script.
    html = page.content.decode()
    assert code not in html
    assert html.count(f">{code[:4]}<") == 1


def test_recovery_code_without_a_second_factor_leads_to_adding_one(person: People) -> None:
    page = person("nia").open(CODE)

    assert "Add one first." in text_of(page)
    assert "Make my code" not in text_of(page)


def test_recovery_code_that_was_not_made_says_so(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    page = tess.open(CODE)
    tenant.fault(REGENERATE_ROUTE, status=429, headers={"retry-after": "60"}, body="{}")

    after = tess.follow(tess.press(page, "Replace my code"))

    assert heading_of(after) == "Account security"
    assert "nothing was changed" in text_of(after)


def test_recovery_code_lost_on_its_way_is_not_guessed_about(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    page = tess.open(CODE)
    tenant.fault(REGENERATE_ROUTE, drop=True, after=True)

    after = tess.follow(tess.press(page, "Replace my code"))

    assert "Make another one." in text_of(after)


# Whether it is saved

UNSAVED = "You have not said that you saved it."
SAVE = "I have saved it"


def test_recovery_code_that_nobody_spoke_of_is_not_taken_for_saved(person: People) -> None:
    """As where the process died that had it made: no row tells of it."""
    tess = person("tess")

    page = tess.open(SECURITY)

    assert "Recovery code Made" in text_of(page)
    assert UNSAVED in text_of(page)
    assert "It works for whoever saved it: if you never saw it, make a new one" in text_of(page)
    assert UNSAVED not in text_of(tess.follow(tess.press(page, SAVE)))
    assert UNSAVED not in text_of(tess.open(SECURITY))


def test_first_recovery_code_lost_on_its_way_is_not_taken_for_saved(person: People, tenant: Tenant) -> None:
    nia = Adder(person("nia"), "totp")
    nia.begin()
    tenant.fault(REGENERATE_ROUTE, drop=True, after=True)

    added = nia.who.follow(nia.confirm())

    assert tenant.user(nia.who.account)["recovery_code"]
    assert "Save your recovery code" in text_of(added)
    assert UNSAVED in text_of(nia.who.open(SECURITY))


def test_recovery_code_made_after_the_last_was_saved_is_not_taken_for_it(
    person: People, elapse: Clock
) -> None:
    tess = person("tess")
    tess.press(tess.open(SECURITY), SAVE)
    elapse(120)
    assert UNSAVED not in text_of(tess.open(SECURITY))

    ManagementGateway.current().regenerate_recovery_code(tess.account.sub)
    elapse(120)

    assert UNSAVED in text_of(tess.open(SECURITY))


def test_recovery_code_that_was_not_made_leaves_the_last_saying_true(person: People, tenant: Tenant) -> None:
    tess = person("tess")
    tess.press(tess.open(SECURITY), SAVE)
    page = tess.open(CODE)
    tenant.fault(REGENERATE_ROUTE, status=429, headers={"retry-after": "60"}, body="{}")

    tess.press(page, "Replace my code")

    assert UNSAVED not in text_of(tess.open(SECURITY))
