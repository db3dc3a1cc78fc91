"""What operators do at the command line: in this process, or in one of its own where that is to die."""

import io
import subprocess
import sys
from abc import abstractmethod
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from enrollment.actions.files import BY_KEY, ShippedAction
from enrollment.flows.tenant import POLICIES
from enrollment.management.errors import Exit
from enrollment.models.activity import Action, ActivityEvent
from enrollment.models.operation import Operation
from tests.faults import changes
from tests.faults.change import Change, Scene
from tests.faults.replicas import Replica
from tests.faults.truth import Claim, Effect, Said
from tests.support import actions
from tools.processes import ROOT

CLAIMS = {
    0: Claim.DONE,
    Exit.REFUSED: Claim.NOT_DONE,
    Exit.FAILED: Claim.NOT_DONE,
    Exit.PARTLY: Claim.UNKNOWN,
}


@dataclass(frozen=True)
class Output:
    status: int
    text: str


class Command(Change):
    at_a_page = False
    process: "subprocess.Popen[bytes]"

    @abstractmethod
    def words(self, scene: Scene) -> list[str]:
        """The command line."""

    def _line(self, scene: Scene) -> list[str]:
        return [*self.words(scene), "--reason", scene.address]

    def act(self, scene: Scene) -> Output:
        out, aside = io.StringIO(), io.StringIO()
        try:
            with redirect_stderr(aside):
                call_command(*self._line(scene), stdout=out, stderr=aside)
        except CommandError as error:
            return Output(error.returncode, str(error))
        return Output(0, out.getvalue())

    def act_apart(self, scene: Scene) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *self._line(scene)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.process.wait()

    def kill(self, _replica: Replica) -> None:
        self.process.kill()

    def read(self, scene: Scene, answer: Output) -> Said:
        claims = dict.fromkeys(self.effects_of(scene), CLAIMS[answer.status])
        return Said(claims, " ".join(answer.text.split()), self.wrong(scene, answer))

    def wrong(self, _scene: Scene, _answer: Output) -> tuple[str, ...]:
        return ()


class Remove(Command, changes.Removal):
    name = "mfa_user-remove"

    def words(self, scene: Scene) -> list[str]:
        return ["mfa_user", "remove", scene.account.sub, scene.totp, "--yes"]


class RecoveryCode(Command, changes.NewCode):
    name = "mfa_user-code"

    def words(self, scene: Scene) -> list[str]:
        return ["mfa_user", "recovery-code", scene.account.sub, "--yes"]

    def wrong(self, scene: Scene, answer: Output) -> tuple[str, ...]:
        return () if answer.status else self.wrong_code(scene, answer.text)


class Invite(Command, changes.MailedLink):
    name = "mfa_user-invite"

    def words(self, scene: Scene) -> list[str]:
        return ["mfa_user", "invite", scene.account.sub]


class Reset(Command, changes.WholeReset):
    name = "mfa_user-reset"

    def words(self, scene: Scene) -> list[str]:
        return ["mfa_user", "reset", scene.account.sub, "--yes"]


class ForgetBrowsers(Command, changes.Forgetting):
    name = "mfa_user-forget"

    def words(self, scene: Scene) -> list[str]:
        return ["mfa_user", "forget-browsers", scene.account.sub]


class Shared(Command):
    """Of the whole tenant: nobody is emailed, and the reason tells one case from the next."""

    is_shared = True
    before: ClassVar[dict[str, Any]]

    def arrange(self) -> Scene:
        self.lane.tenant.set_settings(**self.before)
        return super().arrange()

    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.lane.tenant.read("settings")
        return found

    def events(self, address: str) -> QuerySet[ActivityEvent]:
        return ActivityEvent.objects.filter(reason=address)

    def left_open(self, address: str) -> int:
        return Operation.objects.open().filter(reason=address).count()

    def look(self, _scene: Scene) -> None:
        """Nobody's account shows it."""


class Switch(Shared):
    name = "mfa_factors"
    before: ClassVar[dict[str, Any]] = {"factors": {"sms": True}}
    effects = (Effect(Action.KIND_SWITCHED),)

    def words(self, _scene: Scene) -> list[str]:
        return ["mfa_factors", "disable", "sms", "--yes"]

    def seen(self, _scene: Scene) -> frozenset[Effect]:
        return frozenset(() if self.settings()["factors"]["sms"] else self.effects)


class Policy(Shared):
    name = "mfa_policy"
    before: ClassVar[dict[str, Any]] = {"policies": []}
    effects = (Effect(Action.POLICY_SET),)

    def words(self, _scene: Scene) -> list[str]:
        return ["mfa_policy", "set", "always", "--yes"]

    def seen(self, _scene: Scene) -> frozenset[Effect]:
        return frozenset(self.effects if self.settings()["policies"] == list(POLICIES["always"]) else ())


class Actions(Shared):
    """An Action that is there with other code, in the flow or not, beside those of the lane."""

    before: ClassVar[dict[str, Any]] = {}
    effects = (Effect(Action.ACTIONS_CHANGED),)
    action: ClassVar[ShippedAction] = BY_KEY["risk"]
    is_bound: ClassVar[bool] = False

    def arrange(self) -> Scene:
        bindings = [BY_KEY[key].name for key in (actions.STEP_UP, actions.CLAIMS)]
        order = {"name": self.action.name, "code": "exports.onExecutePostLogin = async () => {};"}
        flow = [*bindings, self.action.name] if self.is_bound else bindings
        self.lane.tenant.control("actions", {**order, "bindings": flow})
        return super().arrange()

    def words(self, _scene: Scene) -> list[str]:
        return ["mfa_actions", self.name.partition("-")[2], self.action.key, "--yes"]

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self.lane.tenant.read("actions")
        return found

    def seen(self, _scene: Scene) -> frozenset[Effect]:
        is_changed = (self.action.name in self.told()["bindings"]) is not self.is_bound
        return frozenset(self.effects if is_changed else ())


class Deploy(Actions):
    name = "mfa_actions-deploy"

    def seen(self, _scene: Scene) -> frozenset[Effect]:
        runs = self.told()["running"][self.action.name]
        return frozenset(self.effects if runs == self.action.code({}) else ())


class Bind(Actions):
    name = "mfa_actions-bind"


class Unbind(Actions):
    name = "mfa_actions-unbind"
    is_bound = True
