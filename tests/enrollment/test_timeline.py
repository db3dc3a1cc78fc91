"""Two sources, one story: no change is told twice, and none is hidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.audit.timeline import (
    Entry,
    EventType,
    Family,
    Filter,
    Result,
    filter_entries,
    is_rename_of_new,
    is_same,
    merge,
    without_discarded,
    without_repeats,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONCE = (EventType.FACTOR_ADDED, EventType.FACTOR_REMOVED)
CHANGES = (*ONCE, EventType.FACTOR_CHANGED)


def note(key: str, act: EventType = EventType.FACTOR_REMOVED, after: float = 0, **members: object) -> Entry:
    facts = {"sentence": key, "family": Family.CHANGE, "factor_kind": "totp", **members}
    return Entry(key=key, at=NOON + timedelta(seconds=after), act=act, **facts)  # type: ignore[arg-type]


def keys(story: list[Entry]) -> list[str]:
    return [each.key for each in story]


# By example


@pytest.mark.parametrize(
    ("here", "there", "is_one"),
    [
        (note("here:1", factor_id="totp|a"), note("tenant:1", factor_id="totp|a", after=-3), True),
        (note("here:1", factor_id="push|a"), note("tenant:1", factor_id="totp|a"), True),
        (note("here:1", factor_id="totp|a"), note("tenant:1", factor_id="totp|b"), False),
        (note("here:1", factor_id="totp|a"), note("tenant:1", factor_kind=""), True),
        (note("here:1"), note("tenant:1", factor_kind="phone"), False),
        (note("here:1"), note("tenant:1", after=120), True),
        (note("here:1"), note("tenant:1", after=121), False),
        (note("here:1"), note("tenant:1", EventType.FACTOR_ADDED), False),
        (note("here:1", EventType.OTHER), note("tenant:1", EventType.OTHER), False),
        (note("here:1", ending=Result.FAILED), note("tenant:1"), False),
        (note("here:1"), note("tenant:1", ending=Result.FAILED), False),
        (note("here:1", ending=Result.OPEN), note("tenant:1"), True),
    ],
)
def test_same_change_is_told_once_and_another_beside_it(here: Entry, there: Entry, is_one: bool) -> None:
    assert len(merge([here], [there])) == (1 if is_one else 2)


def test_push_and_its_codes_on_one_phone_are_one_removal() -> None:
    here = note("here:1", factor_id="push|dev_1", factor_kind="push")
    there = [
        note("tenant:1", factor_id="push|dev_1", factor_kind="push"),
        note("tenant:2", factor_id="totp|dev_1", after=1),
    ]
    assert keys(merge([here], there)) == ["here:1"]


def test_second_removal_in_the_same_minute_is_not_hidden_by_the_first() -> None:
    there = [note("tenant:1"), note("tenant:2", after=1)]
    assert keys(merge([note("here:1")], there)) == ["tenant:2", "here:1"]


def test_second_renaming_of_one_factor_is_not_hidden_by_the_first() -> None:
    there = [note(f"tenant:{n}", EventType.FACTOR_CHANGED, n, factor_id="totp|a") for n in (1, 2)]
    here = note("here:1", EventType.FACTOR_CHANGED, factor_id="totp|a")
    assert keys(merge([here], there)) == ["tenant:2", "here:1"]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        (note("tenant:1", EventType.FACTOR_CHANGED, 1, factor_id="totp|a"), False),
        (note("tenant:1", EventType.FACTOR_CHANGED, 1, factor_id="totp|b"), True),
        (note("tenant:1", EventType.FACTOR_CHANGED, 121, factor_id="totp|a"), True),
        (note("tenant:1", EventType.FACTOR_CHANGED, 1), True),
    ],
)
def test_name_that_a_new_factor_gets_is_no_change_of_its_own(change: Entry, *, is_told: bool) -> None:
    added = note("here:1", EventType.FACTOR_ADDED, factor_id="totp|a")
    assert ("tenant:1" in keys(merge([added], [change]))) is is_told


def test_second_change_of_a_new_factor_is_told() -> None:
    changes = [note(f"tenant:{n}", EventType.FACTOR_CHANGED, n, factor_id="totp|a") for n in (1, 2)]
    added = note("here:1", EventType.FACTOR_ADDED, factor_id="totp|a")
    assert keys(merge([added], changes)) == ["tenant:2", "here:1"]


def test_removal_of_what_never_was_a_factor_is_no_news() -> None:
    notes = [
        note("tenant:1", factor_id="push|dev_1"),
        note("tenant:2", factor_id="totp|dev_2"),
        note("tenant:3", EventType.FACTOR_CHANGED, factor_id="push|dev_1"),
        note("tenant:4"),
    ]
    assert keys(without_discarded(notes, ["push-notification|dev_1", ""])) == [
        "tenant:2",
        "tenant:3",
        "tenant:4",
    ]


def test_lost_answer_is_told_as_done_once_the_tenant_has_it() -> None:
    lost = note("here:1", ending=Result.OPEN, sentence="may have been", sentence_when_done="was")

    (told,) = merge([lost], [note("tenant:1")])
    assert (told.sentence, told.ending) == ("was", Result.DONE)
    (alone,) = merge([lost], [])
    assert (alone.sentence, alone.ending) == ("may have been", Result.OPEN)


# By property

ids = st.sampled_from(["", "totp|a", "push|a", "totp|b", "phone|c"])


def notes(source: str) -> st.SearchStrategy[list[Entry]]:
    one = st.builds(
        note,
        st.just(""),
        st.sampled_from([*CHANGES, EventType.OTHER, EventType.SIGNED_IN]),
        st.integers(-400, 400),
        factor_id=ids,
        factor_kind=st.sampled_from(["", "totp", "phone"]),
        ending=st.sampled_from([Result.DONE, Result.DONE, Result.OPEN, Result.FAILED]),
    )
    return st.lists(one, max_size=8).map(
        lambda found: [replace(each, key=f"{source}:{number}") for number, each in enumerate(found)]
    )


both = given(notes("here"), notes("tenant"))


@both
def test_all_that_was_noted_here_is_told_exactly_once(here: list[Entry], there: list[Entry]) -> None:
    told = [each.key for each in merge(here, there) if each.is_here]
    assert sorted(told) == sorted(each.key for each in here)


@both
def test_what_the_tenant_noted_is_told_or_stands_for_a_change_that_is(
    here: list[Entry], there: list[Entry]
) -> None:
    story = merge(here, there)
    told = {each.key for each in story}
    for each in there:
        repeats = [other for other in there if other.key != each.key and is_same(other, each)]
        twins = [
            other for other in [*here, *repeats] if is_same(other, each) or is_rename_of_new(other, each)
        ]
        assert each.key in told or twins
    assert len(told) == len(story)


@both
def test_no_change_that_both_name_by_id_is_told_twice(here: list[Entry], there: list[Entry]) -> None:
    story = merge(here, there)
    for theirs in (each for each in story if not each.is_here and each.act in ONCE and each.factor_id):
        twins = [each for each in here if each.factor_id and is_same(each, theirs)]
        assert twins == []


@both
def test_one_note_here_hides_at_most_one_that_names_no_factor(here: list[Entry], there: list[Entry]) -> None:
    unnamed = [each for each in there if not each.factor_id]
    told = {each.key for each in merge(here, unnamed)}
    hidden = [each for each in unnamed if each.key not in told]
    assert len(hidden) <= sum(1 for each in here if any(is_same(each, other) for other in hidden))


@both
def test_failures_and_sign_ins_of_the_tenant_are_never_hidden(here: list[Entry], there: list[Entry]) -> None:
    told = {each.key for each in merge(here, there)}
    for each in there:
        if each.ending is Result.FAILED or each.act is EventType.OTHER:
            assert each.key in told


@given(notes("here"), notes("tenant"), st.randoms())
def test_story_is_the_same_in_whatever_order_it_is_read(
    here: list[Entry], there: list[Entry], rng: Random
) -> None:
    shuffled = merge(rng.sample(here, len(here)), rng.sample(there, len(there)))
    assert shuffled == merge(here, there)


@both
def test_story_is_told_latest_first(here: list[Entry], there: list[Entry]) -> None:
    moments = [each.at for each in merge(here, there)]
    assert moments == sorted(moments, reverse=True)


@given(notes("tenant"))
def test_repeats_are_dropped_in_one_go(there: list[Entry]) -> None:
    in_order = sorted(there, key=lambda each: (each.at, each.key))
    once = without_repeats(in_order)
    assert without_repeats(once) == once


@both
def test_filters_split_the_story_and_lose_nothing(here: list[Entry], there: list[Entry]) -> None:
    story = merge(here, there)
    sign_ins, changes = filter_entries(story, Filter.SIGN_INS), filter_entries(story, Filter.CHANGES)
    assert sorted(keys(sign_ins + changes)) == sorted(keys(filter_entries(story, Filter.ALL)))
    assert all(each.ending is Result.FAILED for each in filter_entries(story, Filter.FAILED))
