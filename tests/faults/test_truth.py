"""What `make faults` calls false, lost and doubled: a judge that sees nothing finds nothing."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.faults.mail import Notice
from tests.faults.truth import Claim, Effect, Evidence, Row, Said, judge

REMOVED = Effect("factor:removed")
MAILED = Effect("link:made", looked_up=False)
SUBJECT = "A factor was removed from your account"


def rows(effect: Effect, *outcomes: str) -> tuple[Row, ...]:
    return tuple(Row(effect.action, "totp|1", outcome) for outcome in outcomes)


def evidence_of(effect: Effect, claim: Claim, *, done: bool, outcomes: tuple[str, ...]) -> Evidence:
    there = frozenset({effect} if done else ())
    evidence = Evidence(Said({effect: claim}), there, there, there, (effect,), rows(effect, *outcomes))
    if not evidence.is_known_done(effect):
        return evidence
    return replace(evidence, due=Counter([SUBJECT]), received=(Notice(SUBJECT, "<1@localhost>"),))


DONE = evidence_of(REMOVED, Claim.DONE, done=True, outcomes=("done",))
NOT_DONE = evidence_of(REMOVED, Claim.NOT_DONE, done=False, outcomes=("failed",))


@pytest.mark.parametrize(
    "evidence",
    [
        DONE,
        NOT_DONE,
        evidence_of(REMOVED, Claim.UNKNOWN, done=True, outcomes=("unknown", "done")),
        evidence_of(REMOVED, Claim.UNKNOWN, done=False, outcomes=("unknown", "failed")),
        evidence_of(REMOVED, Claim.NOTHING, done=False, outcomes=()),
        evidence_of(MAILED, Claim.UNKNOWN, done=True, outcomes=("unknown",)),
    ],
)
def test_what_is_said_as_it_is_is_true(evidence: Evidence) -> None:
    assert judge(evidence).is_true


@pytest.mark.parametrize(
    "evidence",
    [
        evidence_of(REMOVED, Claim.DONE, done=False, outcomes=()),
        evidence_of(REMOVED, Claim.NOT_DONE, done=True, outcomes=("done",)),
        evidence_of(REMOVED, Claim.NOTHING, done=False, outcomes=("done",)),
        evidence_of(REMOVED, Claim.NOTHING, done=True, outcomes=("failed",)),
        # Done only after it was said, and not done only until a call that was under way came through.
        replace(DONE, then=frozenset()),
        replace(NOT_DONE, later=frozenset({REMOVED})),
        replace(NOT_DONE, received=(Notice(SUBJECT, "<1@localhost>"),)),
        replace(DONE, said=Said(wrong=("the code that is shown does not work",))),
    ],
)
def test_what_is_said_otherwise_than_it_is_is_false(evidence: Evidence) -> None:
    assert judge(evidence).false


@pytest.mark.parametrize("outcomes", [(), ("unknown",)])
def test_change_that_no_row_says_was_done_is_lost(outcomes: tuple[str, ...]) -> None:
    assert judge(evidence_of(REMOVED, Claim.UNKNOWN, done=True, outcomes=outcomes)).lost_rows


def test_change_without_any_row_is_lost_though_nobody_can_look_it_up() -> None:
    assert judge(evidence_of(MAILED, Claim.UNKNOWN, done=True, outcomes=())).lost_rows


def test_operation_that_is_left_open_is_a_lost_row() -> None:
    assert judge(replace(NOT_DONE, left_open=1)).lost_rows


def test_email_that_is_due_and_did_not_come_is_lost() -> None:
    assert judge(replace(DONE, received=())).lost_emails == (SUBJECT,)


def test_rows_and_emails_that_are_there_twice_are_doubled() -> None:
    assert judge(replace(DONE, rows=rows(REMOVED, "done", "done"))).doubled
    assert judge(replace(DONE, received=(*DONE.received, Notice(SUBJECT, "<2@localhost>")))).doubled


def test_email_that_came_again_with_its_message_id_is_no_other() -> None:
    verdict = judge(replace(DONE, received=DONE.received * 2))
    assert (verdict.doubled, verdict.repeated) == ((), 1)
