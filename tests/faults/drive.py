"""Drives one change: rehearses it, lets its calls fail, kills it at each point, and gathers evidence."""

import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from enrollment.audit.delivery import deliver_due
from enrollment.models.outbox import OutboxEmail
from tests.faults.cases import Case
from tests.faults.change import Change, Scene
from tests.faults.lane import Lane
from tests.faults.proxy import Call
from tests.faults.report import Finding
from tests.faults.trouble import Trouble
from tests.faults.truth import Effect, Evidence, Row, Said, judge

TROUBLE_SECONDS = 10


@dataclass
class Told:
    """What somebody was told, before it is known what became of it."""

    case: Case
    scene: Scene
    said: Said
    seconds: float
    calls: list[Call]
    then: frozenset[Effect]
    later: frozenset[Effect]


class Driver:
    """Drives one change in one lane."""

    def __init__(self, lane: Lane, change: Change) -> None:
        self.lane, self.change = lane, change
        self.problems: list[str] = []

    def rehearse(self) -> list[Call]:
        """Do it once with all going well; the calls that it makes."""
        told = self._drive(Case("nothing"))
        if told.then != set(self.change.effects_of(told.scene)) or told.said.wrong:
            raise RuntimeError(f"{self.change.name} fails with all going well: {told}")
        return told.calls

    def findings(self, cases: Sequence[Case]) -> list[Finding]:
        """Drive them all, let time pass, look, and judge."""
        told = [told for case in cases if (told := self._tried(case))]
        self.lane.let_calls_end()
        if not self.change.is_shared:
            for each in told:
                each.later = self.change.seen(each.scene)
        self._look(told)
        return [self._finding(each) for each in told]

    # One case

    def _tried(self, case: Case) -> Told | None:
        """Drive it, or note why that was impossible."""
        try:
            return self._drive(case)
        except Exception:  # noqa: BLE001 - the other cases can be driven all the same
            self.problems.append(f"{self.change.name}, {case}: {traceback.format_exc()}")
            return None

    def _drive(self, case: Case) -> Told:
        replica = self.lane.swap()
        self.lane.cache.clear()
        if case.mails:
            # One that is due from before would be tried first, and be the last one that is.
            deliver_due()
        scene = self.change.arrange()
        scene.client.site = replica.url
        trouble = Trouble(self.lane, case, scene.address, lambda: self.change.kill(replica))
        answer, seconds, calls = self._act(trouble, scene)
        if self.change.is_shared:
            self.lane.let_calls_end()
        then = self.change.seen(scene)
        scene.client.site = self.lane.reader().url
        said = Said(words="(no answer)") if answer is None else self.change.read(scene, answer)
        if replica.is_dead:
            replica.restart()
        if self.change.is_shared:
            # Before the next case sets it back, and makes the same change anew.
            self.lane.pass_time()
            self.lane.clean_up()
        return Told(case, scene, said, seconds, calls, then, then)

    def _act(self, trouble: Trouble, scene: Scene) -> tuple[Any, float, list[Call]]:
        act = self.change.act_apart if trouble.case.kills else self.change.act
        self.lane.cache.clear()
        trouble.begin()
        began = time.monotonic()
        try:
            answer = act(scene)
            seconds = time.monotonic() - began
            self._await_trouble(trouble)
            return answer, seconds, list(self.lane.proxy.calls)
        finally:
            trouble.end()

    def _await_trouble(self, trouble: Trouble) -> None:
        """Wait for what comes after the answer: a kill, or the delivery of the email."""
        case = trouble.case
        tried = OutboxEmail.objects.filter(event__in=self.change.events(trouble.address), attempts__gt=0)
        until = time.monotonic() + TROUBLE_SECONDS
        while (case.kills and not trouble.killed.is_set()) or (case.mails and not tried.exists()):
            if time.monotonic() > until:
                raise RuntimeError(f"{self.change.name}: no {case.trouble} came of it")
            time.sleep(0.02)

    # What became of it

    def _look(self, told: Sequence[Told]) -> None:
        """Let half of the people look at their account themselves; the timer finds what is left."""
        self.lane.swap()
        self.lane.pass_time()
        for each in told[::2]:
            self.change.look(each.scene)
        for _ in range(2):
            self.lane.pass_time()
            self.lane.clean_up()

    def _finding(self, told: Told) -> Finding:
        evidence = self._evidence(told)
        outcomes = ", ".join(f"{row.action} {row.outcome}" for row in evidence.rows) or "no row"
        done = ", ".join(effect.action for effect in evidence.effects if effect in evidence.done)
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
        change, scene = self.change, told.scene
        rows = change.events(scene.address).order_by("pk")
        evidence = Evidence(
            told.said,
            told.then,
            told.later,
            told.later if change.is_shared else change.seen(scene),
            change.effects_of(scene),
            tuple(Row(row.action, row.factor_id, row.outcome) for row in rows),
            change.left_open(scene.address),
            Counter(),
            tuple(self.lane.mail.boxes[scene.address]),
        )
        known = frozenset(effect for effect in evidence.done if evidence.is_known_done(effect))
        evidence.due.update(change.notices(known))
        return evidence
