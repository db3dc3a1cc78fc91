"""What people do to their own account."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import requests
from django.utils import timezone

from enrollment.audit.mail import SUBJECTS
from enrollment.models.activity import DONE, Action
from enrollment.models.locks import AccountLock, current_lock
from enrollment.views.alarm import TO_DO
from tests.faults import pages
from tests.faults.change import NEW_NAME, SECURITY, Change, Scene
from tests.faults.truth import Claim, Effect, Said
from tests.support.http_client import Answer
from tests.support.tenant import Account


class Page(Change):
    """Looks at the account, and changes nothing."""

    name = "page"
    path: ClassVar[str] = SECURITY

    def act(self, scene: Scene) -> Answer | None:
        try:
            return scene.client.get(self.path)
        except requests.ConnectionError:
            return None

    def read(self, scene: Scene, answer: Answer) -> Said:
        shown = pages.listed(answer)
        wrong = pages.wrong_page(answer) or pages.wrong_list(answer, self.names(scene).keys())
        return Said(words="no list" if shown is None else f"lists {len(shown)} with a name", wrong=wrong)

    def seen(self, _scene: Scene) -> frozenset[Effect]:
        return frozenset()


class Activity(Page):
    name = "activity"
    path = f"{SECURITY}activity/"


class Form(Change):
    """Sends a form about one effect, and reads the message that comes of it."""

    @abstractmethod
    def path(self, scene: Scene) -> str: ...

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {}

    def act(self, scene: Scene) -> Answer | None:
        return self.send(scene, self.path(scene), self.fields(scene))

    def read(self, scene: Scene, answer: Answer) -> Said:
        if wrong := pages.wrong_page(answer):
            return Said(wrong=wrong, words=f"{answer.status_code}")
        if not pages.is_redirect(answer):
            return self.read_page(scene, answer)
        after = scene.client.get(answer["Location"])
        claim, words = pages.message_of(after)
        wrong = pages.wrong_list(after, self.names(scene).keys())
        return self.said(scene, claim, words or f"goes to {answer['Location']}", wrong)

    def read_page(self, scene: Scene, answer: Answer) -> Said:
        """A form that comes back says that nothing was done."""
        return self.said(scene, Claim.NOT_DONE, f"{answer.status_code}, the form again")

    def said(self, scene: Scene, claim: Claim, words: str, wrong: tuple[str, ...] = ()) -> Said:
        return Said(dict.fromkeys(self.effects_of(scene), claim), words, wrong)


class Removal(Change):
    """Whoever does it, the app is gone from the tenant's list."""

    effects = (Effect(Action.FACTOR_REMOVED),)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if scene.totp not in self.names(scene) else ())


class Remove(Form, Removal):
    name = "remove"

    def path(self, scene: Scene) -> str:
        return f"{SECURITY}{quote(scene.totp, safe='')}/remove/"


class Rename(Form):
    name = "rename"
    effects = (Effect(Action.FACTOR_RENAMED),)

    def path(self, scene: Scene) -> str:
        return f"{SECURITY}{quote(scene.totp, safe='')}/rename/"

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {"name": NEW_NAME}

    def seen(self, scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if self.names(scene).get(scene.totp) == NEW_NAME else ())


class NewCode(Change):
    """Whoever does it, the recovery code is another one."""

    effects = (Effect(Action.RECOVERY_CODE_MADE),)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if self.person(scene)["recovery_code"] != scene.code else ())

    def wrong_code(self, scene: Scene, text: str) -> tuple[str, ...]:
        """A code that is shown had better be the one that works."""
        works = self.person(scene)["recovery_code"] in text.replace(" ", "")
        return () if works else ("the code that is shown does not work",)


class RecoveryCode(Form, NewCode):
    name = "recovery-code"

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}recovery-code/"

    def read_page(self, scene: Scene, answer: Answer) -> Said:
        wrong = self.wrong_code(scene, pages.plain(answer.text))
        return self.said(scene, Claim.DONE, "shows a code", wrong)


class Forgetting(Change):
    """Whoever does it, remembered browsers are forgotten; no list tells whether they were."""

    effects = (Effect(Action.BROWSERS_FORGOTTEN, looked_up=False),)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        has_acted = self.lane.has_acted(scene.account, "/invalidate-remember-browser")
        return frozenset(self.effects if has_acted else ())


class WholeReset(Change):
    """Removes every second factor; whether browsers were forgotten along with it, no list tells."""

    whole: ClassVar[Effect] = Effect(Action.FACTORS_RESET, looked_up=False)
    effects = (whole,)

    def effects_of(self, scene: Scene) -> tuple[Effect, ...]:
        parts = (Effect(Action.FACTOR_REMOVED, factor_id) for factor_id in (scene.totp, scene.phone))
        return (self.whole, *parts)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        whole, *parts = self.effects_of(scene)
        gone = {part for part in parts if part.factor_id not in self.names(scene)}
        return frozenset(gone | {whole} if len(gone) == len(parts) else gone)

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        """One email tells of the whole, or else one of each part."""
        if self.whole in done:
            return Counter([str(SUBJECTS[Action.FACTORS_RESET])])
        return super().notices(done)


class MailedLink(Change):
    """Whoever asks for it, the tenant mails a link; no list tells whether it did."""

    effects = (Effect(Action.LINK_MADE, looked_up=False),)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        sent = self.lane.tenant.messages(scene.address)
        return frozenset(self.effects if any("ticket=" in message["text"] for message in sent) else ())


class Link(Form, MailedLink):
    name = "link"

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}add/webauthn-roaming/"

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {"how": "mail"}


class FollowedLink(Form):
    """Somebody goes to the tenant's page at once; no list tells whether the link was made."""

    name = "link-now"
    effects = (Effect(Action.LINK_MADE, looked_up=False),)

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}add/webauthn-roaming/"

    def read(self, scene: Scene, answer: Answer) -> Said:
        if pages.is_redirect(answer) and "ticket=" in answer["Location"]:
            return self.said(scene, Claim.DONE, "goes to the tenant's page")
        return super().read(scene, answer)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if self.lane.has_acted(scene.account, "/enrollments/ticket") else ())


class PasswordLink(Form):
    """The tenant mails a link; no list tells whether it did."""

    name = "password-link"
    effects = (Effect(Action.PASSWORD_LINK_SENT, looked_up=False),)

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}password/"

    def seen(self, scene: Scene) -> frozenset[Effect]:
        sent = self.lane.tenant.messages(scene.address)
        return frozenset(self.effects if any("reset-password" in message["text"] for message in sent) else ())


class Unlock(Form):
    """The owner of a locked account, who has proved since then that it is them, ends the lock."""

    name = "unlock"
    effects = (Effect(Action.UNLOCKED),)

    def account(self, number: int | None = None, **members: Any) -> Account:
        """Their factors are older than the lock."""
        made_at = (timezone.now() - timedelta(days=1)).timestamp()
        ages = {"created_at": made_at, "enrolled_at": made_at}
        factors = [{**factor, **ages} for factor in members.pop("factors")]
        return super().account(number, factors=factors, **members)

    def arrange(self) -> Scene:
        scene = super().arrange()
        user = self.lane.user(scene.account)
        AccountLock.objects.create(subject=user, locked_at=timezone.now() - timedelta(minutes=1))
        return scene

    def path(self, _scene: Scene) -> str:
        return f"{SECURITY}unfreeze/"

    def act(self, scene: Scene) -> Answer | None:
        try:
            return scene.client.get(self.path(scene))
        except requests.ConnectionError:
            return None

    def seen(self, scene: Scene) -> frozenset[Effect]:
        is_locked = current_lock(self.lane.user(scene.account)) is not None
        return frozenset(() if is_locked else self.effects)

    def look(self, scene: Scene) -> None:
        """Whoever died on the way to it goes there again."""
        self.act(scene)


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
        if wrong := pages.wrong_page(answer):
            return Said(wrong=wrong)
        html = pages.main_of(scene.client.get(answer["Location"]))
        undone, _, rest = html.partition('id="done"')
        done = rest.partition('id="next"')[0]
        claims = {effect: _step(effect, undone, done) for effect in self.effects[1:]}
        return Said(claims, ", ".join(f"{effect.action} {claim}" for effect, claim in claims.items()))

    def seen(self, scene: Scene) -> frozenset[Effect]:
        ended = {
            effect
            for effect in self.effects[1:]
            if self.lane.has_acted(scene.account, self.endings[effect.action])
        }
        is_locked = current_lock(self.lane.user(scene.account)) is not None
        return frozenset(ended | ({self.effects[0]} if is_locked else set()))

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
