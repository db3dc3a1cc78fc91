"""Bring every catalog up to date with the sources, and compile it; says what is left to translate."""

import sys
from pathlib import Path

from babel.messages import Catalog

from tools.messages.catalog import compiled, entries, is_translated, read, singular, update, written
from tools.messages.extract import ROOT, messages

LOCALE = ROOT / "locale"


def main() -> int:
    template = messages()
    left = 0
    for source in catalogs():
        catalog = read(source.read_text())
        update(catalog, template)
        source.write_bytes(written(catalog))
        source.with_suffix(".mo").write_bytes(compiled(catalog))
        left += _report(source, catalog)
    return 1 if left else 0


def catalogs() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _report(source: Path, catalog: Catalog) -> int:
    messages = entries(catalog)
    missing = [singular(message) for message in messages if not is_translated(message)]
    print(f"{source.relative_to(ROOT)}: {len(messages) - len(missing)} of {len(messages)} translated")
    for text in missing:
        print(f"  not yet: {text}")
    return len(missing)


if __name__ == "__main__":
    sys.exit(main())
