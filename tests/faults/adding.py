"""Adding a factor in the page: beginning, and confirming the first one, which brings a recovery code."""

import json
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import ClassVar

from accounts.auth0.errors import CONSEQUENCES, Certainty
from enrollment.models.activity import Action
from enrollment.pending.messages import PLAIN
from enrollment.pending.state_machine import State
from tests.enrollment.adding import STEP, Adder, add
from tests.enrollment.reading import heading_of, text_of
from tests.faults import pages
from tests.faults.change import Change, Scene
from tests.faults.truth import Claim, Effect, Said
from tests.support.http_client import Answer, HttpClient
from tests.support.person import Person
from tests.support.softauthn import SoftAuthenticator


@dataclass(frozen=True)
class Adding(Scene):
    """Somebody at the page of a kind, or at the step that confirms it, who knows its `answer`."""

    adder: Adder | None = None
    answer: str = ""


class Begin(Change):
    """Nothing is added by it yet, and the trail says nothing of it."""

    name = "begin-totp"
    kind: ClassVar[str] = "totp"
    effects: ClassVar[tuple[Effect, ...]] = (Effect("begun", recorded=False),)

    def arrange(self) -> Scene:
        client, adder = self.somebody()
        adder.open()
        return Adding(adder.who.account, client, adder=adder)

    def somebody(self) -> tuple[HttpClient, Adder]:
        """Somebody without a factor, who has not signed in yet."""
        client = HttpClient(self.lane.replicas[0].url)
        person = Person(self.lane.tenant, self.account())
        person.client = client  # type: ignore[assignment]  # it has what of Django's is used
        return client, Adder(person, self.kind)

    def act(self, scene: Scene) -> Answer | None:
        assert isinstance(scene, Adding)
        assert scene.adder
        return self.send(scene, add(self.kind), scene.adder.typed())

    def read(self, _scene: Scene, answer: Answer) -> Said:
        """Whoever is led on to confirm it is told that it was begun; else it is to be begun again."""
        if not pages.is_redirect(answer):
            return Said(words=text_of(answer), wrong=pages.wrong_page(answer))
        where = answer["Location"]
        claim = Claim.DONE if STEP.match(where) else Claim.NOTHING
        return Said(dict.fromkeys(self.effects, claim), f"goes to {where}")

    def seen(self, scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if self.person(scene)["methods"] else ())

    def look(self, scene: Scene) -> None:
        scene.client.site = self.lane.replicas[0].url
        scene.client.get("/account/security/")


class Confirm(Begin):
    """Confirms the first factor; a recovery code that is made along with it is told in its email."""

    name = "add-totp"
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect(Action.FACTOR_ADDED),
        Effect(Action.RECOVERY_CODE_MADE),
    )

    def arrange(self) -> Scene:
        client, adder = self.somebody()
        adder.begin()
        return Adding(adder.who.account, client, adder=adder, answer=self.answer(adder))

    def answer(self, adder: Adder) -> str:
        """Make what confirms it, ahead of all trouble."""
        return adder.code()

    def fields(self, answer: str) -> dict[str, str]:
        return {"code": answer}

    def act(self, scene: Scene) -> Answer | None:
        assert isinstance(scene, Adding)
        assert scene.adder
        return self.send(scene, scene.adder.path, self.fields(scene.answer))

    def read(self, scene: Scene, answer: Answer) -> Said:
        if pages.wrong_page(answer):
            return super().read(scene, answer)
        if "data-recovery-code" in answer.text:
            works = str(self.person(scene)["recovery_code"]) in pages.plain(answer.text).replace(" ", "")
            wrong = () if works else ("the code that is shown does not work",)
            return Said(dict.fromkeys(self.effects, Claim.DONE), "shows a code", wrong)
        page = scene.client.get(answer["Location"]) if pages.is_redirect(answer) else answer
        return Said({self.effects[0]: _claim(text_of(page))}, heading_of(page), pages.wrong_page(page))

    def seen(self, scene: Scene) -> frozenset[Effect]:
        added, *code = self.effects
        there = {added} if self.names(scene) else set()
        return frozenset(there.union(code) if self.person(scene)["recovery_code"] else there)

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        return super().notices(done & {self.effects[0]})


class ConfirmPhone(Confirm):
    name = "add-phone"
    kind = "phone"


class ConfirmEmail(Confirm):
    name = "add-email"
    kind = "email"


class ConfirmPush(Confirm):
    """The phone has scanned it; the page looks."""

    name = "add-push"
    kind = "push"

    def answer(self, adder: Adder) -> str:
        adder.scan()
        return ""

    def fields(self, _answer: str) -> dict[str, str]:
        return {}


class ConfirmPasskey(Confirm):
    name = "add-passkey"
    kind = "passkey"
    effects = (Effect(Action.FACTOR_ADDED),)

    def answer(self, adder: Adder) -> str:
        adder.key = SoftAuthenticator(self.lane.replicas[0].url)
        return json.dumps(adder.credential())

    def fields(self, answer: str) -> dict[str, str]:
        return {"credential": answer}


def _claim(text: str) -> Claim:
    """What the page of an enrollment says became of it; a form that comes back says that nothing did."""
    if "is on your account" in text:
        return Claim.DONE
    unsure = [str(PLAIN[state].sentence) for state in (State.UNKNOWN, State.CONFIRMING)]
    unsure += [str(CONSEQUENCES[Certainty.UNKNOWN]), "tell yet whether it was added"]
    return Claim.UNKNOWN if any(sentence in text for sentence in unsure) else Claim.NOT_DONE
