"""Every kind of factor can be spoken of inside a sentence, by its name and without one."""

import pytest

from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kinds
from enrollment.views.view_models import offer_of


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.removable])
def test_kind_that_may_be_left_after_a_removal_has_its_phrases(kind: Kind) -> None:
    assert kind.phrase
    assert kind.named_phrase
    assert str(kind.named_phrase) % {"name": "Blue"} != str(kind.phrase)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.ticket])
def test_kind_that_can_be_added_is_on_offer(kind: Kind) -> None:
    assert offer_of(kind).title
