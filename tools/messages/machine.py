"""A catalog as `gettext` reads it at run time: the .mo format (GNU gettext manual, "MO Files")."""

import struct

from tools.messages.catalog import Catalog, Entry

MAGIC = 0x950412DE
HEADER_BYTES = 28
PAIR_BYTES = 8


def compiled(catalog: Catalog) -> bytes:
    """The same bytes for the same catalog, always: no hash table, which `gettext` in Python never reads."""
    texts = {"": catalog.fields} | {
        _key(e): "\0".join(e.strings) for e in catalog.entries.values() if e.is_translated
    }
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    keys, values = [key for key, _ in pairs], [text for _, text in pairs]
    first = HEADER_BYTES
    second = first + PAIR_BYTES * len(pairs)
    data = second + PAIR_BYTES * len(pairs)
    header = struct.pack("<7I", MAGIC, 0, len(pairs), first, second, 0, data)
    directory = _directory(keys, data) + _directory(values, data + sum(len(key) + 1 for key in keys))
    return header + directory + b"".join(text + b"\0" for text in [*keys, *values])


def _key(entry: Entry) -> str:
    message = entry.message
    forms = message.singular + (f"\0{message.plural}" if message.plural else "")
    return f"{message.context}\4{forms}" if message.context else forms


def _directory(texts: list[bytes], at: int) -> bytes:
    """Length and place of each text."""
    packed = b""
    for text in texts:
        packed += struct.pack("<2I", len(text), at)
        at += len(text) + 1
    return packed
