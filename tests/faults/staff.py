"""What support staff do for somebody else, in the admin."""

from collections import Counter
from collections.abc import Set as AbstractSet
from typing import ClassVar
from urllib.parse import quote

from enrollment.audit.mail import SUBJECTS
from enrollment.models.activity import Action
from mfaproject.users.models import User
from tests.faults import changes
from tests.faults.change import Scene
from tests.faults.truth import Effect
from tests.support.http_client import HttpClient


class StaffForm(changes.Form):
    """A form under somebody's account, sent by support."""

    ending: ClassVar[str]

    def client(self, user: User) -> HttpClient:
        staff = self.lane.user(self.account(roles=["support"]), is_staff=True)
        return self.lane.signed_in(staff)

    def path(self, scene: Scene) -> str:
        user = self.lane.user(scene.account)
        return f"/admin/users/user/{user.pk}/security/{self.ending}"

    def fields(self, _scene: Scene) -> dict[str, str]:
        return {"reason": "They called from the number on file"}


class Remove(StaffForm, changes.Removal):
    name = "admin-remove"
    ending = ""

    def path(self, scene: Scene) -> str:
        return f"{super().path(scene)}{quote(scene.totp, safe='')}/remove/"


class Invite(StaffForm, changes.MailedLink):
    name = "admin-invite"
    ending = "invite/"

    def fields(self, scene: Scene) -> dict[str, str]:
        return {"kind": "", **super().fields(scene)}


class Reset(StaffForm):
    """Removes every second factor; whether browsers were forgotten along with it, no list tells."""

    name = "admin-reset"
    ending = "reset/"
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
