"""What a kind lacks, or says twice: a gap would judge it wrongly in silence."""

from collections import Counter
from collections.abc import Collection, Iterator

from enrollment.kinds.base import Kind, SentTo


def gaps(kinds: Collection[Kind], icons: Collection[str] | None) -> Iterator[str]:
    """Name each gap of the kinds; icons are looked for where it is known which there are."""
    for kind in kinds:
        yield from (f"The kind {kind.value} has {gap}." for gap in _gaps_of(kind, icons))
    for name, count in Counter(name for kind in kinds for name in kind.type_names).items():
        if count > 1:
            yield f"The type {name} is claimed by {count} kinds."


def _gaps_of(kind: Kind, icons: Collection[str] | None) -> Iterator[str]:
    if not kind.label:
        yield "no label"
    if icons is not None and kind.value not in icons:
        yield "no icon"
    if not kind.removable and not kind.why_not_removable:
        yield "no sentence that says why it cannot be removed"
    if kind.removable and not (kind.phrase and kind.named_phrase):
        yield "no phrases for a sentence"
    yield from _gaps_in_adding(kind)


def _gaps_in_adding(kind: Kind) -> Iterator[str]:
    addable = bool(kind.confirmation or kind.ticket)
    if kind.offer and not addable:
        yield "an offer, but neither a confirmation nor a ticket to add it by"
    if addable and not kind.offer:
        yield "no words for its offer"
    if addable and not (kind.switch or kind.subject_prefix):
        yield "no switch of the tenant's, and so would be offered to everybody"
    if kind.confirmation and not kind.my_account_type:
        yield "a confirmation, but no name in the My Account API"
    if kind.sent_to and not kind.interceptable:
        yield "codes that are sent, but is not called interceptable"
    if kind.sent_to is SentTo.PHONE and not kind.channels:
        yield "codes that go to a phone, but no channel for them"
