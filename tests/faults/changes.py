"""What people do, one class each: how it is arranged, done, told, and how to see whether it is so."""

import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from enrollment.audit.mail import SUBJECTS
from enrollment.models.activity import DONE, Action
from enrollment.views.alarm import TO_DO
from mfaproject.users.models import User
from tests.faults import pages
from tests.faults.truth import Claim, Effect, Said
from tests.support.http_client import Answer, HttpClient
from tests.support.tenant import Account

if TYPE_CHECKING:
    from tests.faults.lane import Lane

SECURITY = "/account/security/"
CSRF = "a" * 32
OLD_NAME, NEW_NAME = "Pixel", "Nokia"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """Somebody at a browser, about to do something; `client` is whoever acts."""

    account: Account
    user: User
    client: HttpClient
    totp: str
    phone: str
    code: str

    @property
    def address(self) -> str:
        return self.account.email


class Change(ABC):
    """One thing that somebody does."""

    name: ClassVar[str]
    effects: ClassVar[tuple[Effect, ...]] = ()
    # Whether somebody waits for it at a page.
    at_a_page: ClassVar[bool] = True

    @property
    def is_mailed(self) -> bool:
        """Whether an email tells of it."""
        return bool(self.notices(frozenset(self.effects)))

    def __init__(self, lane: "Lane") -> None:
        self.lane = lane

    def arrange(self) -> Scene:
        """Make somebody with an app, a phone and a recovery code, who has just proved who they are."""
        number = next(_numbers)
        totp, phone, code = f"totp|{self.name}{number}", f"phone|{self.name}{number}", f"CODE{number:020}"
        account = self.lane.tenant.add_user(
            email=f"{self.name}{number}@example.test",
            factors=[
                {"type": "totp", "id": totp, "name": OLD_NAME},
                {"type": "phone", "id": phone, "phone_number": "+12015550123"},
                {"type": "recovery-code", "code": code},
            ],
        )
        user = self.lane.user(account)
        return Scene(account, user, self.client(user), totp, phone, code)

    def client(self, user: User) -> HttpClient:
        return self.lane.signed_in(user)

    @abstractmethod
    def act(self, scene: Scene) -> Answer:
        """Do it; what fails on the way fails here."""

    @abstractmethod
    def read(self, scene: Scene, answer: Answer) -> Said:
        """Read what the answer says, with all going well again."""

    @abstractmethod
    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        """Ask the tenant which effects are there."""

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        """Which emails are due for what was done."""
        return Counter(str(SUBJECTS[effect.action]) for effect in done if effect.action in SUBJECTS)

    # For the classes below

    def person(self, scene: Scene) -> dict[str, Any]:
        return self.lane.tenant.user(scene.account)

    def names(self, scene: Scene) -> dict[str, str]:
        """Names of the confirmed methods at the tenant, by their ids."""
        methods = self.person(scene)["methods"]
        return {method["id"]: method["name"] for method in methods if method["confirmed"]}


class Page(Change):
    """Looks at the account, and changes nothing."""

    name = "page"

    def act(self, scene: Scene) -> Answer:
        return scene.client.get(SECURITY)

    def read(self, scene: Scene, answer: Answer) -> Said:
        wrong = self.wrong_list(scene, answer)
        shown = pages.listed(answer)
        return Said(words="no list" if shown is None else f"lists {len(shown)}", wrong=wrong)

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        return frozenset()

    def wrong_list(self, scene: Scene, answer: Answer) -> tuple[str, ...]:
        return wrong_page(answer) or wrong_list(answer, set(self.names(scene)))


class Activity(Page):
    name = "activity"

    def act(self, scene: Scene) -> Answer:
        return scene.client.get(f"{SECURITY}activity/")

    def read(self, scene: Scene, answer: Answer) -> Said:
        return Said(words=f"{answer.status_code}", wrong=wrong_page(answer))


class Form(Page):
    """Sends a form of a page about one effect, and reads the message that comes of it."""

    effect: ClassVar[Effect]

    @abstractmethod
    def path(self, scene: Scene) -> str: ...

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {}

    def act(self, scene: Scene) -> Answer:
        return scene.client.post(self.path(scene), {**self.fields(scene), "csrfmiddlewaretoken": CSRF})

    def read(self, scene: Scene, answer: Answer) -> Said:
        if wrong := wrong_page(answer):
            return Said(wrong=wrong, words=f"{answer.status_code}")
        if not pages.is_redirect(answer):
            return self.read_page(scene, answer)
        after = scene.client.get(answer["Location"])
        claims = pages.messages_of(after)
        words = " ".join(text for _claim, text in claims)
        claim = claims[0][0] if claims else Claim.NOTHING
        return Said(
            dict.fromkeys(self.effects, claim),
            words or f"goes to {answer['Location']}",
            self.wrong_list(scene, after),
        )

    def read_page(self, _scene: Scene, answer: Answer) -> Said:
        """A form that comes back says that nothing was done."""
        return Said(dict.fromkeys(self.effects, Claim.NOT_DONE), f"{answer.status_code}, the form again")


class Remove(Form):
    name = "remove"
    effects = (Effect(Action.FACTOR_REMOVED),)

    def path(self, scene: Scene) -> str:
        return f"{SECURITY}{quote(scene.totp, safe='')}/remove/"

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        return frozenset(self.effects if scene.totp not in self.names(scene) else ())


class Rename(Form):
    name = "rename"
    effects = (Effect(Action.FACTOR_RENAMED),)

    def path(self, scene: Scene) -> str:
        return f"{SECURITY}{quote(scene.totp, safe='')}/rename/"

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {"name": NEW_NAME}

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        return frozenset(self.effects if self.names(scene).get(scene.totp) == NEW_NAME else ())


class RecoveryCode(Form):
    name = "recovery-code"
    effects = (Effect(Action.RECOVERY_CODE_MADE),)

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}recovery-code/"

    def read_page(self, scene: Scene, answer: Answer) -> Said:
        """The page shows the code: it had better be the one that works."""
        works = self.person(scene)["recovery_code"] in pages.plain(answer.text).replace(" ", "")
        wrong = () if works else ("the code that is shown does not work",)
        return Said(dict.fromkeys(self.effects, Claim.DONE), "shows a code", wrong)

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        return frozenset(self.effects if self.person(scene)["recovery_code"] != scene.code else ())


class Link(Form):
    """Has the tenant mail a link; no list tells whether it did."""

    name = "link"
    effects = (Effect(Action.LINK_MADE, looked_up=False),)

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}add/webauthn-roaming/"

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {"how": "mail"}

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        sent = self.lane.tenant.messages(scene.address)
        return frozenset(self.effects if any("ticket=" in message["text"] for message in sent) else ())


class Alarm(Form):
    """“This wasn't me”, with what it ends at the tenant."""

    name = "not-me"
    effects = (
        Effect(Action.ALARM_RAISED),
        Effect(Action.TENANT_SESSIONS_ENDED),
        Effect(Action.TOKENS_REVOKED),
        Effect(Action.BROWSERS_FORGOTTEN),
    )
    endings: ClassVar[dict[str, str]] = {
        Action.TENANT_SESSIONS_ENDED: "/revoke-access",
        Action.TOKENS_REVOKED: "/revoke-access",
        Action.BROWSERS_FORGOTTEN: "/invalidate-remember-browser",
    }

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}not-me/"

    def read(self, scene: Scene, answer: Answer) -> Said:
        if wrong := wrong_page(answer):
            return Said(wrong=wrong)
        html = pages.main_of(scene.client.get(answer["Location"]))
        undone, _, done = html.partition('id="done"')
        claims = {
            effect: _step(effect, undone, done.partition('id="next"')[0]) for effect in self.effects[1:]
        }
        return Said(claims, ", ".join(f"{effect.action} {claim}" for effect, claim in claims.items()))

    def seen(self, scene: Scene) -> AbstractSet[Effect]:
        ended = {
            effect
            for effect in self.effects[1:]
            if self.lane.has_acted(scene.account, self.endings[effect.action])
        }
        return ended | ({self.effects[0]} if self.lane.is_locked(scene.user) else set())

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        return Counter([str(SUBJECTS[Action.ALARM_RAISED])] if self.effects[0] in done else [])


def _step(effect: Effect, undone: str, done: str) -> Claim:
    action = Action(effect.action)
    if str(DONE[action]) in pages.plain(done):
        return Claim.DONE
    for item in undone.split("<li>"):
        if str(TO_DO[action]) in pages.plain(item):
            return Claim.UNKNOWN if "may have been done" in item else Claim.NOT_DONE
    return Claim.NOTHING


def wrong_page(answer: Answer) -> tuple[str, ...]:
    return (f"answered {answer.status_code}",) if pages.broke(answer) else ()


def wrong_list(answer: Answer, there: set[str]) -> tuple[str, ...]:
    """Name what a page lists and the tenant does not, and the other way round; phones cannot be renamed."""
    shown = pages.listed(answer)
    if shown is None or not answer.request["PATH_INFO"].endswith(SECURITY):
        return ()
    apps = {method_id for method_id in there if method_id.startswith("totp|")}
    return (
        ()
        if shown & apps == apps and shown <= there
        else (f"lists {sorted(shown)}, and there is {sorted(there)}",)
    )
