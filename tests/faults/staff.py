"""What support staff do for somebody else, in the admin."""

from typing import ClassVar
from urllib.parse import quote

from mfaproject.users.models import User
from tests.faults import changes, pages
from tests.faults.change import Scene
from tests.faults.truth import Claim, Said
from tests.support.http_client import Answer, HttpClient


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


class Reset(StaffForm, changes.WholeReset):
    name = "admin-reset"
    ending = "reset/"


class RecoveryCode(StaffForm, changes.NewCode):
    """Support reads the code to its owner."""

    name = "admin-code"
    ending = "recovery-code/"

    def read_page(self, scene: Scene, answer: Answer) -> Said:
        text = pages.plain(answer.text)
        if "New recovery code" not in text:
            return super().read_page(scene, answer)
        return self.said(scene, Claim.DONE, "shows a code", self.wrong_code(scene, text))


class ForgetBrowsers(StaffForm, changes.Forgetting):
    name = "admin-forget"
    ending = "forget-browsers/"
