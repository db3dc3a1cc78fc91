"""`mfa_user freeze` and `unfreeze`: an operator's last resort, and nobody else's."""

from collections.abc import Callable

import pytest
from django.core import mail

from accounts.models import UserSession
from enrollment.audit.log import Refused
from enrollment.flows.alarm import lock_by_operator, unlock_by_operator
from enrollment.models.activity import ActivityEvent
from enrollment.models.locks import current_lock
from mfaproject.users.models import User
from tests.enrollment.conftest import acting
from tests.enrollment.console import run
from tests.enrollment.reading import SECURITY
from tests.support.person import Person
from tests.support.tenant import Tenant

TESS = "tess@example.test"
WHY = ("--reason", "He lost both keys, and came by")


def test_operator_locks_and_the_person_is_told(tess: User, tenant: Tenant) -> None:
    ended = run("mfa_user", "freeze", TESS, *WHY)

    assert (ended.status, "Froze" in ended.out) == (0, True)
    assert current_lock(tess)
    (message,) = mail.outbox
    assert message.to == [TESS]
    assert WHY[1] in message.body
    assert tenant.exchanges() == []


def test_operator_ends_a_lock_and_the_mail_does_not_say_that_somebody_signed_in(tess: User) -> None:
    run("mfa_user", "freeze", TESS, *WHY)
    mail.outbox.clear()

    assert run("mfa_user", "unfreeze", TESS, *WHY, "--json").json["results"][0]["outcome"] == "done"

    assert current_lock(tess) is None
    assert "signed in" not in mail.outbox[0].body.partition("When:")[0]
    assert ActivityEvent.objects.first().source == "command"  # type: ignore[union-attr]


def test_operator_who_ends_a_lock_signs_the_person_out_everywhere(
    person: Callable[..., Person], tenant: Tenant
) -> None:
    thief = person("tess")
    thief.open(SECURITY)
    assert run("mfa_user", "freeze", TESS, *WHY).status == 0
    assert thief.client.get(SECURITY).status_code == 200

    run("mfa_user", "unfreeze", TESS, *WHY)

    assert thief.client.get(SECURITY)["Location"].startswith("/sign-in/")
    assert not UserSession.objects.exists()
    assert "every browser was signed out" in mail.outbox[-1].body


def test_ending_what_is_not_locked_is_refused_and_written_down(tess: User) -> None:
    ended = run("mfa_user", "unfreeze", TESS, *WHY)

    assert ended.status == 1
    assert "not frozen" in ended.complaint + ended.aside
    assert ActivityEvent.objects.get().outcome == "refused"


def test_operator_says_why(tess: User) -> None:
    assert run("mfa_user", "unfreeze", TESS).status != 0
    assert not ActivityEvent.objects.filter(outcome="done").exists()


@pytest.mark.parametrize("who", ["owner", "support", "administrator"])
def test_nobody_but_an_operator_may(tess: User, sol: User, ada: User, who: str) -> None:
    freeze_account_of = {"owner": tess, "support": sol, "administrator": ada}[who]
    actor = acting(freeze_account_of, reason="Because")
    for flow in (lock_by_operator, unlock_by_operator):
        with pytest.raises(Refused) as refused:
            flow(actor, tess)
        assert refused.value.code == "operators-only"
