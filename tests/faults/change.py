"""What a change is: how it is arranged, done and told, and how to see whether it is so."""

import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import requests
from django.db.models import QuerySet

from enrollment.audit.mail import SUBJECTS
from enrollment.models.activity import ActivityEvent
from enrollment.models.operation import Operation
from mfaproject.users.models import User
from tests.faults.replicas import Replica
from tests.faults.truth import Effect, Said
from tests.support.http_client import Answer, HttpClient
from tests.support.tenant import Account

if TYPE_CHECKING:
    from tests.faults.lane import Lane

SECURITY = "/account/security/"
CSRF_COOKIE = "mfaproject_csrftoken"
OLD_NAME, NEW_NAME = "Pixel", "Nokia"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Scene:
    """An account, and whoever is about to do something to it: `client` is their browser."""

    account: Account
    client: HttpClient
    totp: str = ""
    phone: str = ""
    code: str = ""

    @property
    def address(self) -> str:
        return self.account.email


class Change(ABC):
    """One thing that somebody does."""

    name: ClassVar[str]
    effects: ClassVar[tuple[Effect, ...]] = ()
    # Whether somebody waits for it at a page.
    at_a_page: ClassVar[bool] = True
    # Whether it changes what all accounts share, and so has to be settled before the next one begins.
    is_shared: ClassVar[bool] = False

    def __init__(self, lane: "Lane") -> None:
        self.lane = lane

    # Doing it

    def arrange(self) -> Scene:
        """Make somebody with an app, a phone and a recovery code, who has just proved who they are."""
        number = next(_numbers)
        totp, phone, code = f"totp|{self.name}{number}", f"phone|{self.name}{number}", f"CODE{number:020}"
        account = self.account(
            number,
            factors=[
                {"type": "totp", "id": totp, "name": OLD_NAME},
                {"type": "phone", "id": phone, "phone_number": "+12015550123"},
                {"type": "recovery-code", "code": code},
            ],
        )
        return Scene(account, self.client(self.lane.user(account)), totp, phone, code)

    def account(self, number: int | None = None, **members: Any) -> Account:
        """Make an account at the tenant."""
        return self.lane.tenant.add_user(
            email=f"{self.name}{number or next(_numbers)}@example.test", **members
        )

    def client(self, user: User) -> HttpClient:
        """The browser of whoever acts on this person's account: their own."""
        return self.lane.signed_in(user)

    @abstractmethod
    def act(self, scene: Scene) -> Any:
        """Do it; what fails on the way fails here. None where no answer came."""

    def act_apart(self, scene: Scene) -> Any:
        """Do it in a process that can be killed."""
        return self.act(scene)

    def kill(self, replica: Replica) -> None:
        """Kill that process."""
        replica.kill()

    @abstractmethod
    def read(self, scene: Scene, answer: Any) -> Said:
        """Read what the answer says, with all going well again."""

    # What is so

    def effects_of(self, _scene: Scene) -> tuple[Effect, ...]:
        return self.effects

    @abstractmethod
    def seen(self, scene: Scene) -> frozenset[Effect]:
        """Ask the tenant which effects are there."""

    def notices(self, done: AbstractSet[Effect]) -> Counter[str]:
        """Which emails are due for what was done."""
        return Counter(str(SUBJECTS[effect.action]) for effect in done if effect.action in SUBJECTS)

    @property
    def is_mailed(self) -> bool:
        """Whether an email tells of it."""
        return bool(self.notices(frozenset(self.effects)))

    def events(self, address: str) -> QuerySet[ActivityEvent]:
        """The trail of one case."""
        return ActivityEvent.objects.filter(subject__email=address)

    def left_open(self, address: str) -> int:
        """How many operations of it are not settled."""
        return Operation.objects.open().filter(subject__email=address).count()

    def look(self, scene: Scene) -> None:
        """Let the account's owner look at it."""
        self.lane.signed_in(self.lane.user(scene.account)).get(SECURITY)

    # For the classes that follow

    def send(self, scene: Scene, path: str, fields: dict[str, str]) -> Answer | None:
        """Send a form."""
        try:
            token = str(scene.client.http.cookies.get(CSRF_COOKIE))
            return scene.client.post(path, {**fields, "csrfmiddlewaretoken": token})
        except requests.ConnectionError:
            return None

    def person(self, scene: Scene) -> dict[str, Any]:
        return self.lane.tenant.user(scene.account)

    def names(self, scene: Scene) -> dict[str, str]:
        """Names of the confirmed methods at the tenant, by their ids."""
        methods = self.person(scene)["methods"]
        return {method["id"]: method["name"] for method in methods if method["confirmed"]}
