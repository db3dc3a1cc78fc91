"""Signing in and stepping up, from the moment that the tenant sends somebody back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from tests.enrollment.reading import heading_of
from tests.faults import pages
from tests.faults.change import OLD_NAME, Change, Scene
from tests.faults.truth import Claim, Effect, Said
from tests.support.http_client import Answer, HttpClient
from tests.support.person import Person

HOME, SECURITY, RECOVERY = "/", "/account/security/", "/account/security/recovery-code/"
LONG_AGO = timedelta(hours=2)


@dataclass(frozen=True)
class Arrival(Scene):
    """Somebody whom the tenant has just sent back to `callback`."""

    callback: str = ""


class Callback(Change):
    """Nothing is written into the trail; what was said is that somebody is let in, or is not."""

    # What opens once it is done.
    opens: str

    def act(self, scene: Scene) -> Answer | None:
        assert isinstance(scene, Arrival)
        try:
            return scene.client.get(scene.callback)
        except requests.ConnectionError:
            return None

    def read(self, _scene: Scene, answer: Answer) -> Said:
        claim = Claim.DONE if pages.is_redirect(answer) else Claim.NOT_DONE
        words = f"goes to {answer['Location']}" if pages.is_redirect(answer) else heading_of(answer)
        return Said(dict.fromkeys(self.effects, claim), words, pages.wrong_page(answer))

    def seen(self, scene: Scene) -> frozenset[Effect]:
        is_open = scene.client.get(self.opens).status_code == requests.codes.ok
        return frozenset(self.effects if is_open else ())

    def look(self, _scene: Scene) -> None:
        """There is nothing to look for."""

    def somebody(self, client: HttpClient, **members: Any) -> Person:
        person = Person(self.lane.tenant, self.account(**members))
        person.client = client  # type: ignore[assignment]  # it has what of Django's is used
        return person


class SignIn(Callback):
    name = "sign-in"
    effects = (Effect("signed in", recorded=False),)
    opens = SECURITY

    def arrange(self) -> Scene:
        client = HttpClient(self.lane.replicas[0].url)
        person = self.somebody(client)
        page = person.client.get("/sign-in/", {"next": SECURITY})
        callback = person.to_callback(person.submit(page, to_path="/auth/login/auth0/"))
        return Arrival(person.account, client, callback=callback)


class StepUp(Callback):
    name = "step-up"
    effects = (Effect("stepped up", recorded=False),)
    opens = RECOVERY

    def arrange(self) -> Scene:
        account = self.account(factors=[{"type": "totp", "name": OLD_NAME}])
        client = self.lane.signed_in(self.lane.user(account), LONG_AGO)
        person = Person(self.lane.tenant, account)
        person.client = client  # type: ignore[assignment]  # as above
        page = person.client.get("/step-up/", {"next": RECOVERY})
        callback = person.to_callback(person.submit(page, to_path="/step-up/"))
        return Arrival(account, client, callback=callback)
