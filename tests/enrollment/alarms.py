"""Saying "this wasn't me" as somebody does it at the page, and what came of it."""

from typing import Any

from enrollment.models.activity import ActivityEvent
from mfaproject.users.models import User
from tests.enrollment.reading import SECURITY, text_of
from tests.support import users
from tests.support.person import Person

ACTIVITY, NOT_ME, DONE = f"{SECURITY}activity/", f"{SECURITY}not-me/", f"{SECURITY}not-me/done/"
RENAME = f"{SECURITY}totp%7Cdev_tess_totp/rename/"
REVOKE = "POST /api/v2/users/*/revoke-access"
SESSIONS = "DELETE /api/v2/users/*/sessions"
TOKENS = "DELETE /api/v2/users/*/refresh-tokens"
BROWSERS = "POST /api/v2/users/*/multifactor/actions/invalidate-remember-browser"
OUT_HERE, LOCKED = "Signed every other browser out of this site", "Froze all changes"
OUT_THERE, APPS = "Signed every browser out of the sign-in service", "Ended the lasting permissions of apps"
FORGOTTEN = "Forgot the remembered browsers"
UNDONE = {
    OUT_HERE: "Sign every other browser out of this site",
    OUT_THERE: "Sign every browser out of the sign-in service",
    APPS: "End the lasting permissions of apps",
    FORGOTTEN: "Forget the remembered browsers",
}


def user_of(who: Person) -> User:
    return users.user_of(who.account.sub)


def alarm(who: Person, path: str = NOT_ME) -> Any:
    """Press the page's button, and go where it leads."""
    page = who.client.get(path)
    answer = who.submit(page, to_path=NOT_ME)
    assert answer.status_code == 302
    return who.client.get(answer["Location"])


def parts(page: Any) -> tuple[str, str]:
    """What the page says could not be done, and what it says was done."""
    said = text_of(page).partition("What to do next")[0]
    if "What could not be done" not in said:
        return "", said.partition("What was done")[2]
    before, _, done = said.partition("What was done")
    return before.partition("What could not be done")[2], done


def outcomes(who: Person) -> dict[str, str]:
    return {row.action: row.outcome for row in ActivityEvent.objects.of(user_of(who)).order_by("pk")}
