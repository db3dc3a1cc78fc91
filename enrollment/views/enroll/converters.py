"""The kinds of factor as parts of an address: those added in the page, those by a link of the tenant's."""

from django.urls import register_converter

from enrollment.kinds.registry import ADDABLE_KINDS, ENROLLABLE, FactorKind

LINKED_ONLY = tuple(kind for kind in ADDABLE_KINDS if kind not in ENROLLABLE)


class KindConverter:
    kinds: tuple[FactorKind, ...] = ()
    regex = ""

    def __init_subclass__(cls) -> None:
        cls.regex = "|".join(kind.value for kind in cls.kinds)

    def to_python(self, value: str) -> FactorKind:
        return FactorKind(value)

    def to_url(self, value: FactorKind | str) -> str:
        kind = FactorKind.of(value)
        if kind not in self.kinds:
            raise ValueError(value)
        return kind.value


class InPageConverter(KindConverter):
    kinds = ENROLLABLE


class LinkedOnlyConverter(KindConverter):
    kinds = LINKED_ONLY


class ByLinkConverter(KindConverter):
    """Every kind that a link can be made for; for most of them it is the second choice."""

    kinds = ADDABLE_KINDS


def register() -> None:
    register_converter(InPageConverter, "in_page")
    register_converter(LinkedOnlyConverter, "linked_only")
    register_converter(ByLinkConverter, "by_link")
