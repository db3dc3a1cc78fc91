"""A catalog as text, in as much of the .po format as is used here (GNU gettext manual, "PO Files")."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tools.messages.extract import Message

LINE = 100
KEYWORD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr)(?:\[(\d+)\])?\s+(".*")$')


@dataclass(frozen=True)
class Entry:
    """A message, what it is in the other language (one string for each plural form), and notes on it."""

    message: Message
    strings: tuple[str, ...] = ("",)
    notes: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()

    @property
    def is_translated(self) -> bool:
        return all(self.strings) and "fuzzy" not in self.flags


@dataclass(frozen=True)
class Catalog:
    """`head` is the comment at the top; `fields` is the header that `gettext` reads."""

    head: tuple[str, ...]
    fields: str
    entries: dict[Message, Entry]

    @property
    def plural_forms(self) -> int:
        found = re.search(r"nplurals=(\d+)", self.fields)
        return int(found[1]) if found else 1


@dataclass
class _Block:
    """What is read of one entry so far."""

    notes: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)


def read(text: str) -> Catalog:
    """Parse a catalog; its first entry is the header. Obsolete entries and places are left out."""
    blocks = [_block(part.splitlines()) for part in re.split(r"\n\s*\n", text) if "msgid" in part]
    head, *others = [block for block in blocks if block.texts]
    entries = [_entry(block) for block in others]
    return Catalog(tuple(head.notes), head.texts["msgstr"], {entry.message: entry for entry in entries})


def _block(lines: Iterable[str]) -> _Block:
    block, key = _Block(), ""
    for line in lines:
        if line.startswith("#,"):
            block.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line == "#" or line.startswith("# "):
            block.notes.append(line[2:])
        elif keyword := KEYWORD.match(line):
            key = keyword[1] + (keyword[2] or "")
            block.texts[key] = json.loads(keyword[3])
        elif line.startswith('"'):
            block.texts[key] += json.loads(line)
    return block


def _entry(block: _Block) -> Entry:
    texts = block.texts
    message = Message(texts["msgid"], texts.get("msgid_plural", ""), texts.get("msgctxt", ""))
    strings = tuple(text for key, text in texts.items() if key.startswith("msgstr"))
    return Entry(message, strings, tuple(block.notes), frozenset(block.flags - {"python-format"}))


def merged(catalog: Catalog, found: Iterable[Message]) -> Catalog:
    """The catalog with the messages that are there now: those gone are dropped, those new are empty."""
    empty = {message: catalog.plural_forms if message.plural else 1 for message in found}
    entries = {
        message: catalog.entries.get(message) or Entry(message, ("",) * forms)
        for message, forms in empty.items()
    }
    return Catalog(catalog.head, catalog.fields, entries)


def written(catalog: Catalog, places: Mapping[Message, list[str]]) -> str:
    """The text of a catalog, by place, without the line numbers that never stay."""
    head = [*(f"# {note}".rstrip() for note in catalog.head), *_lines("msgid", ""), *_header(catalog.fields)]
    order = sorted(catalog.entries.values(), key=lambda entry: (places[entry.message], entry.message))
    blocks = ["\n".join(head), *("\n".join(_written(entry, places[entry.message])) for entry in order)]
    return "\n\n".join(blocks) + "\n"


def _header(fields: str) -> list[str]:
    return ['msgstr ""', *(_quoted(line) for line in fields.splitlines(keepends=True))]


def _written(entry: Entry, places: list[str]) -> Iterator[str]:
    message = entry.message
    yield from (f"# {note}".rstrip() for note in entry.notes)
    yield from (f"#: {place}" for place in places)
    flags = entry.flags | ({"python-format"} if "%(" in message.singular + message.plural else set())
    if flags:
        yield f"#, {', '.join(sorted(flags))}"
    if message.context:
        yield from _lines("msgctxt", message.context)
    yield from _lines("msgid", message.singular)
    if message.plural:
        yield from _lines("msgid_plural", message.plural)
    for number, text in enumerate(entry.strings):
        yield from _lines(f"msgstr[{number}]" if message.plural else "msgstr", text)


def _lines(keyword: str, text: str) -> list[str]:
    if len(text) + len(keyword) < LINE and "\n" not in text.rstrip("\n"):
        return [f"{keyword} {_quoted(text)}"]
    return [f'{keyword} ""', *(_quoted(piece) for piece in _pieces(text))]


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text between words, and after each line break."""
    for line in text.splitlines(keepends=True):
        piece = ""
        for word in re.findall(r"\S*\s*", line):
            if piece and len(piece) + len(word.rstrip()) > LINE:
                yield piece
                piece = ""
            piece += word
        yield piece


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
