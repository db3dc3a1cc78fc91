"""Every kind of factor can be spoken of inside a sentence, by its name and without one."""

import pytest

from enrollment.kinds.registry import FactorKind
from enrollment.views.enrollable_kinds import OFFERS


@pytest.mark.parametrize("kind", [kind for kind in FactorKind if kind.facts.removable])
def test_kind_that_may_be_left_after_a_removal_has_its_phrases(kind: FactorKind) -> None:
    assert kind.facts.phrase
    assert kind.facts.named_phrase
    assert str(kind.facts.named_phrase) % {"name": "Blue"} != str(kind.facts.phrase)


@pytest.mark.parametrize("kind", [kind for kind in FactorKind if kind.facts.ticket])
def test_kind_that_can_be_added_is_on_offer(kind: FactorKind) -> None:
    assert kind in OFFERS
