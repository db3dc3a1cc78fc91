"""Bring every catalog up to date with the sources, and compile it; says what is left to translate."""

import sys
from pathlib import Path

from tools.messages.catalog import Catalog, merged, read, written
from tools.messages.extract import ROOT, messages
from tools.messages.machine import compiled

LOCALE = ROOT / "locale"


def main() -> int:
    places = messages()
    left = 0
    for source in catalogs():
        catalog = merged(read(source.read_text()), places)
        source.write_text(written(catalog, places))
        source.with_suffix(".mo").write_bytes(compiled(catalog))
        left += _report(source, catalog)
    return 1 if left else 0


def catalogs() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _report(source: Path, catalog: Catalog) -> int:
    missing = [entry.message.singular for entry in catalog.entries.values() if not entry.is_translated]
    done = len(catalog.entries) - len(missing)
    print(f"{source.relative_to(ROOT)}: {done} of {len(catalog.entries)} translated")
    for text in missing:
        print(f"  not yet: {text}")
    return len(missing)


if __name__ == "__main__":
    sys.exit(main())
