"""The countries that have phone numbers, in the reader's language and order."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header


@dataclass(frozen=True)
class Region:
    """A country or territory; `code` is ISO 3166's."""

    code: str
    name: str
    calling_code: int

    @property
    def label(self) -> str:
        return f"{self.name} (+{self.calling_code})"


def regions() -> tuple[Region, ...]:
    """List every region that has numbers, by name in the language of the moment."""
    return _regions((get_language() or "en").partition("-")[0])


def likely_region(accept_language: str) -> str:
    """Guess from the browser's languages: `en-GB` is somebody in Britain, more often than not."""
    for language, _quality in parse_accept_lang_header(accept_language[:500].lower()):
        code = language.rpartition("-")[2].upper()
        if "-" in language and code in phonenumbers.SUPPORTED_REGIONS:
            return code
    return ""


@lru_cache(maxsize=8)
def _regions(language: str) -> tuple[Region, ...]:
    found = (
        Region(code, name, phonenumbers.country_code_for_region(code))
        for code in phonenumbers.SUPPORTED_REGIONS
        if (name := _name(code, language))
    )
    return tuple(sorted(found, key=lambda region: _sort_key(region.name)))


def _name(code: str, language: str) -> str:
    """Return a region's name; `*de` in the library's table stands for "as in German"."""
    names = _names().get(code, {})
    name = names.get(language) or names.get("en", "")
    return names.get(name[1:], "") if name.startswith("*") else name


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, str]]:
    """Load the library's table of names by itself: its package would load 100 MB of towns along with it."""
    path = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", path)
    if spec is None or spec.loader is None:  # pragma: no cover - the library is installed, or nothing runs
        return {}
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names


def _sort_key(name: str) -> str:
    """Sort Åland beside Albania and not after Zimbabwe."""
    plain = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
