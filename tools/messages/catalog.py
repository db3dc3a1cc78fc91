"""A catalog of translations as Babel reads, writes and compiles it, without line numbers that never stay."""

import io

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WIDTH = 103


def read(text: str) -> Catalog:
    """Parse a catalog; raises `PoFileError` where it is malformed."""
    return read_po(io.StringIO(text), abort_invalid=True)


def update(catalog: Catalog, template: Catalog) -> None:
    """Take the template's messages in place of a catalog's, each with its translation if it had one."""
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)


def entries(catalog: Catalog) -> list[Message]:
    """List the messages of a catalog, its header aside."""
    return [message for message in catalog if message.id]


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return an id or a translation as singular and plurals; Babel has a plain string where it is one."""
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def singular(message: Message) -> str:
    return forms(message.id)[0]


def is_translated(message: Message) -> bool:
    return all(forms(message.string)) and not message.fuzzy


def written(catalog: Catalog) -> bytes:
    """Return the text of a catalog, by place; obsolete messages are dropped."""
    file = io.BytesIO()
    write_po(file, catalog, width=WIDTH, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return what `gettext` reads at run time, the same bytes for the same catalog."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()
