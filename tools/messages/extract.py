"""Find what is marked for translation: Babel's extraction methods for modules and for Django's templates.

Babel's own method for Python takes the literal part of `_("Hello, " + name)` for the whole; ours refuses it.
For Django's templates Babel has none.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from django.utils.translation.template import templatize

from tools.messages.catalog import forms

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("accounts", "enrollment", "mfaproject")
TEMPLATES = ("templates",)

# Marking functions, by their names without `_lazy` and `_noop`, and what their leading arguments are.
KEYWORDS = {name: DEFAULT_KEYWORDS[name] for name in ("_", "gettext", "ngettext", "pgettext", "npgettext")}
CALL = re.compile(r"(?<!\w)(n?p?gettext|_)\(")
LITERAL = re.compile(r"""\s*u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?""", re.DOTALL)

# A method yields line, marking function, its leading arguments, and comments for translators.
Found = Iterator[tuple[int, str, tuple[str, ...], list[str]]]


class NotLiteralError(ValueError):
    """A marked text that is put together at run time, which no catalog can hold."""


def messages(root: Path = ROOT) -> Catalog:
    """Return every marked message as a catalog without translations, with the files that it stands in."""
    template = Catalog()
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for _, text, _, context in sorted(in_file(path), key=lambda found: forms(found[1])):
            template.add(text, locations=[(place, 0)], context=context)
    return template


def sources(root: Path = ROOT) -> Iterator[Path]:
    """The modules and templates of the site."""
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)
    yield from templates(root)


def templates(root: Path = ROOT) -> Iterator[Path]:
    for folder in TEMPLATES:
        yield from sorted(path for path in (root / folder).rglob("*") if path.suffix in {".html", ".txt"})


def in_file(path: Path) -> list[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Return line, text or texts, comments (none) and context of each message of a file."""
    return extract_from_file(METHODS[path.suffix], path, KEYWORDS)


def in_python(file: IO[bytes], *_arguments: object, **_options: object) -> Found:
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and (name := marks(node.func)):
            yield node.lineno, name, _literals(node, _count(name), file.name), []


def marks(function: ast.expr) -> str:
    """Return the keyword of a call that marks a text, else nothing."""
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    keyword = name.removesuffix("_lazy").removesuffix("_noop")
    return keyword if keyword in KEYWORDS else ""


def _count(keyword: str) -> int:
    """Return how many leading arguments are literals; Babel says `None` for one alone."""
    return len(KEYWORDS[keyword] or (1,))


def _literals(call: ast.Call, count: int, place: str) -> tuple[str, ...]:
    values = [arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant)]
    texts = tuple(value for value in values if isinstance(value, str))
    if len(texts) < count:
        raise NotLiteralError(f"{place}:{call.lineno}: mark a literal, and fill it in afterwards")
    return texts


def in_template(file: IO[bytes], *_arguments: object, **_options: object) -> Found:
    """Read the calls of gettext that Django writes a template as."""
    written = templatize(file.read().decode(), origin=file.name)
    for call in CALL.finditer(written):
        line = written.count("\n", 0, call.start()) + 1
        yield line, call[1], tuple(_leading_literals(written, call.end(), _count(call[1]))), []


def _leading_literals(text: str, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        literal = LITERAL.match(text, at)
        if literal is None:
            raise NotLiteralError(text[at : at + 60])
        yield ast.literal_eval(literal[1])
        at = literal.end()


METHODS = {
    ".py": f"{__name__}:{in_python.__name__}",
    ".html": f"{__name__}:{in_template.__name__}",
    ".txt": f"{__name__}:{in_template.__name__}",
}
