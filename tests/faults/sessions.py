"""Signing out everywhere else: on this site, at the tenant, and from remembered browsers."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from enrollment.audit.mail import SUBJECTS
from enrollment.models.activity import Action
from tests.faults import changes, pages
from tests.faults.change import SECURITY, Scene
from tests.faults.truth import Claim, Effect, Said
from tests.support.http_client import Answer, HttpClient
from tests.support.person import Person
from tests.support.tenant import Account

OK = 200
SESSIONS = f"{SECURITY}sessions/"


@dataclass(frozen=True)
class Elsewhere(Scene):
    """Somebody signed in with two browsers: `other` is not the one that acts."""

    other: HttpClient | None = None


class EndOthers(changes.Form):
    name = "end-others"
    here = Effect(Action.OTHER_SESSIONS_ENDED)
    there = (Effect(Action.SESSIONS_REVOKED), Effect(Action.BROWSERS_FORGOTTEN, looked_up=False))
    effects = (here, *there)

    def arrange(self) -> Scene:
        account = self.account()
        other = self._signed_in_at_tenant(account)
        return Elsewhere(account, self._signed_in_at_tenant(account), other=other)

    def _signed_in_at_tenant(self, account: Account) -> HttpClient:
        client = HttpClient(self.lane.replicas[0].url)
        person = Person(self.lane.tenant, account)
        person.client = client  # type: ignore[assignment]  # it has what of Django's is used
        person.sign_in(SESSIONS)
        client.get(SESSIONS)
        return client

    def path(self, _scene: Scene) -> str:
        return f"{SESSIONS}end-others/"

    def read(self, scene: Scene, answer: Answer) -> Said:
        """What is still tried at the tenant is said so, which claims neither."""
        if wrong := pages.wrong_page(answer):
            return Said(wrong=wrong, words=f"{answer.status_code}")
        claim, words = pages.message_of(scene.client.get(answer["Location"]))
        waits = "couldn't be told yet" in words
        return Said({self.here: claim, **dict.fromkeys(self.there, Claim.NOTHING if waits else claim)}, words)

    def seen(self, scene: Scene) -> frozenset[Effect]:
        assert isinstance(scene, Elsewhere)
        assert scene.other
        scene.other.site = self.lane.reader().url
        found = {self.here} if scene.other.get(SESSIONS).status_code != OK else set()
        revoked, forgotten = self.there
        if self.lane.has_acted(scene.account, "/revoke-access"):
            found.add(revoked)
        if self.lane.has_acted(scene.account, "/invalidate-remember-browser"):
            found.add(forgotten)
        return frozenset(found)

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        return Counter([str(SUBJECTS[Action.OTHER_SESSIONS_ENDED])] if self.here in done else [])

    def look(self, _scene: Scene) -> None:
        """The timer tries what is open."""
