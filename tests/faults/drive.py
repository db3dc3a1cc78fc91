"""Drives one change: rehearses it, lets its calls fail, kills it at each point, and gathers evidence."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import requests

from enrollment.models.activity import ActivityEvent
from enrollment.models.operation import Operation
from tests.faults.changes import SECURITY, Change, Scene
from tests.faults.faults import FAULTS, FaultName, KillPoint
from tests.faults.lane import Lane
from tests.faults.mail import LostClientError
from tests.faults.proxy import Call, Exchange
from tests.faults.replicas import Replica
from tests.faults.report import Finding
from tests.faults.truth import Effect, Evidence, Row, Said, judge

EMAIL_SECONDS = 10
MAIL_POINTS = (KillPoint.UNSENT, KillPoint.SENT)


@dataclass(frozen=True)
class Case:
    """One trouble at one call: the `skip`th of its route, and the `position`th of all."""

    trouble: str
    call: Call | None = None
    skip: int = 0
    position: int = 0


@dataclass
class Told:
    """What somebody was told, before it is known what became of it."""

    case: Case
    scene: Scene
    said: Said
    seconds: float
    then: frozenset[Effect]
    later: frozenset[Effect] = frozenset()


def cases_of(calls: Sequence[Call], *, mails: bool, is_short: bool = False) -> Iterator[Case]:
    """Every trouble that makes a difference, at each of these calls, or at the last one alone."""
    for position, call in enumerate(calls):
        if is_short and position < len(calls) - 1:
            continue
        skip = calls[:position].count(call)
        for fault in FaultName:
            if call.is_write or fault is not FaultName.LATE:
                yield Case(fault, call, skip, position)
        for point in (KillPoint.BEFORE, KillPoint.AFTER, KillPoint.UNSETTLED):
            if call.is_write:
                yield Case(point, call, skip, position)
    if mails:
        yield from (Case(point) for point in MAIL_POINTS)


class Driver:
    """Drives one change in one lane."""

    def __init__(self, lane: Lane, change: Change) -> None:
        self.lane, self.change = lane, change

    def rehearse(self) -> list[Call]:
        """Do it once with all going well; the calls that it makes."""
        self.lane.swap()
        told = self._tell(Case("nothing"), self.lane.proxy.watch)
        if set(self.change.effects) - told.then or told.said.wrong:
            raise RuntimeError(f"{self.change.name} fails with all going well: {told.said}")
        return list(self.lane.proxy.calls)

    def findings(self, cases: Sequence[Case]) -> list[Finding]:
        """Drive them all, let time pass, look, and judge."""
        told = [self._drive(case) for case in cases]
        self.lane.let_calls_end()
        for each in told:
            each.later = frozenset(self.change.seen(each.scene))
        self._look(told)
        return [self._finding(each) for each in told]

    # One case

    def _drive(self, case: Case) -> Told:
        replica = self.lane.swap()
        killed = threading.Event()
        told = self._tell(case, lambda: self._arm(case, replica, killed))
        if killed.is_set():
            replica.restart()
        return told

    def _tell(self, case: Case, arm: Callable[[], None]) -> Told:
        scene = self.change.arrange()
        self.lane.cache.clear()
        scene.client.site = self.lane.replicas[0].url
        self._address = scene.address
        arm()
        began = time.monotonic()
        try:
            answer = self.change.act(scene)
        except requests.ConnectionError:
            answer = None
        seconds = time.monotonic() - began
        if case.trouble in MAIL_POINTS:
            self._await_email()
        calls = list(self.lane.proxy.calls)
        self.lane.proxy.disarm()
        self.lane.mail.behave()
        then = frozenset(self.change.seen(scene))
        scene.client.site = self.lane.other.url
        said = Said(words="(no answer)") if answer is None else self.change.read(scene, answer)
        self.lane.proxy.calls = calls
        return Told(case, scene, said, seconds, then)

    def _await_email(self) -> None:
        if not self._reached.wait(EMAIL_SECONDS):
            raise RuntimeError(f"{self.change.name} sent no email")

    # Trouble

    def _arm(self, case: Case, replica: Replica, killed: threading.Event) -> None:
        def kill() -> None:
            killed.set()
            replica.kill()

        if case.trouble in MAIL_POINTS:
            self._arm_mail(case.trouble, kill)
        elif case.call is None:
            raise ValueError(case.trouble)
        elif case.trouble == FaultName.REFUSED:
            self.lane.proxy.refuse_after(case.position)
        else:
            self.lane.proxy.arm(case.call, case.skip, self._fault(case.trouble, kill))

    def _arm_mail(self, point: str, kill: Callable[[], None]) -> None:
        self._reached, address = threading.Event(), self._address

        def stop(to: str) -> None:
            if to == address:
                kill()
                self._reached.set()
                raise LostClientError

        if point == KillPoint.UNSENT:
            self.lane.mail.before = stop
        else:
            self.lane.mail.after = stop

    def _fault(self, trouble: str, kill: Callable[[], None]) -> Callable[[Exchange], None]:
        def before(exchange: Exchange) -> None:
            kill()
            exchange.drop()

        def after(exchange: Exchange) -> None:
            exchange.forward()
            kill()
            exchange.drop()

        def unsettled(exchange: Exchange) -> None:
            answer = exchange.forward()
            with self.lane.database.trail_held() as until_it_writes:
                exchange.send(answer)
                until_it_writes()
                kill()

        kills = {KillPoint.BEFORE: before, KillPoint.AFTER: after, KillPoint.UNSETTLED: unsettled}
        return kills[KillPoint(trouble)] if trouble in list(KillPoint) else FAULTS[FaultName(trouble)]

    # What became of it

    def _look(self, told: Sequence[Told]) -> None:
        """Let half of the people look at their account themselves; the timer finds what is left."""
        self.lane.pass_time()
        for each in told[::2]:
            each.scene.client.site = self.lane.replicas[0].url
            self.lane.replicas[0].wait()
            each.scene.client.get(SECURITY)
        for _ in range(2):
            self.lane.pass_time()
            self.lane.clean_up()

    def _finding(self, told: Told) -> Finding:
        evidence = self._evidence(told)
        outcomes = ", ".join(f"{row.action} {row.outcome}" for row in evidence.rows) or "no row"
        done = ", ".join(effect.action for effect in self.change.effects if effect in evidence.done)
        return Finding(
            self.change.name,
            told.case.trouble,
            str(told.case.call or "the email"),
            told.said.words,
            f"{done or 'nothing'} done; {outcomes}; {len(evidence.received)} emails",
            judge(evidence),
            told.seconds if self.change.at_a_page else 0,
        )

    def _evidence(self, told: Told) -> Evidence:
        scene = told.scene
        rows = ActivityEvent.objects.filter(subject=scene.user).order_by("pk")
        evidence = Evidence(
            told.said,
            told.then,
            told.later,
            frozenset(self.change.seen(scene)),
            self.change.effects,
            tuple(Row(row.action, row.factor_id, row.outcome) for row in rows),
            Operation.objects.open().filter(subject=scene.user).count(),
            Counter(),
            tuple(self.lane.mail.boxes[scene.address]),
        )
        known = frozenset(effect for effect in evidence.done if evidence.is_known_done(effect))
        evidence.due.update(self.change.notices(known))
        return evidence
