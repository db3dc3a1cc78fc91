"""The kinds of factor as parts of an address: those added in the page, those by a link of the tenant's."""

from django.urls import register_converter

from enrollment.kinds.base import Kind
from enrollment.kinds.registry import kind_named, kind_of_type


class KindConverter:
    """Asks the registry at each request: a host may register a kind after the URLs were read."""

    regex = "[a-z0-9-]+"

    def takes(self, kind: Kind) -> bool:
        raise NotImplementedError

    def to_python(self, value: str) -> Kind:
        return self._taken(kind_named(value), value)

    def to_url(self, value: Kind | str) -> str:
        kind = kind_of_type(value) if isinstance(value, str) else value
        return self._taken(kind, value).value

    def _taken(self, kind: Kind, value: Kind | str) -> Kind:
        if not self.takes(kind):
            raise ValueError(value)
        return kind


class InPageConverter(KindConverter):
    def takes(self, kind: Kind) -> bool:
        return kind.confirmation is not None


class ByLinkConverter(KindConverter):
    """Every kind that a link can be made for; for most of them it is the second choice."""

    def takes(self, kind: Kind) -> bool:
        return kind.ticket is not None


class LinkedOnlyConverter(ByLinkConverter):
    def takes(self, kind: Kind) -> bool:
        return super().takes(kind) and kind.confirmation is None


def register() -> None:
    register_converter(InPageConverter, "enrollment_in_page")
    register_converter(LinkedOnlyConverter, "enrollment_linked_only")
    register_converter(ByLinkConverter, "enrollment_by_link")
