"""Find what is marked for translation: in Python by its syntax tree, in templates as Django reads them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("accounts", "enrollment", "mfaproject")
TEMPLATES = ("templates",)

# What a marking function's leading arguments are, by its name without `_lazy` and `_noop`.
ARGUMENTS = {
    "_": ("singular",),
    "gettext": ("singular",),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
CALL = re.compile(r"(?<!\w)(n?p?gettext|_)\(")
LITERAL = re.compile(r"""\s*u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")\s*,?""", re.DOTALL)


@dataclass(frozen=True, order=True)
class Message:
    """What is looked up in a catalog."""

    singular: str
    plural: str = ""
    context: str = ""


class NotLiteralError(ValueError):
    """A marked text that is put together at run time, which no catalog can hold."""


def messages(root: Path = ROOT) -> dict[Message, list[str]]:
    """Every marked message, with the files that it stands in."""
    found: dict[Message, list[str]] = {}
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for message in in_file(path):
            places = found.setdefault(message, [])
            if place not in places:
                places.append(place)
    return found


def sources(root: Path = ROOT) -> Iterator[Path]:
    """The modules and templates of the site."""
    for package in PACKAGES:
        yield from sorted(path for path in (root / package).rglob("*.py") if "migrations" not in path.parts)
    yield from templates(root)


def templates(root: Path = ROOT) -> Iterator[Path]:
    for folder in TEMPLATES:
        yield from sorted(path for path in (root / folder).rglob("*") if path.suffix in {".html", ".txt"})


def in_file(path: Path) -> Iterator[Message]:
    text = path.read_text()
    return in_python(text, str(path)) if path.suffix == ".py" else in_template(text, str(path))


def in_python(text: str, place: str = "") -> Iterator[Message]:
    for node in ast.walk(ast.parse(text, place)):
        if isinstance(node, ast.Call) and (names := marks(node.func)):
            yield Message(**dict(zip(names, _literals(node, len(names), place), strict=True)))


def marks(function: ast.expr) -> tuple[str, ...]:
    """What the leading arguments of a call are, if it marks a text; else nothing."""
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return ARGUMENTS.get(name.removesuffix("_lazy").removesuffix("_noop"), ())


def _literals(call: ast.Call, count: int, place: str) -> list[str]:
    values = [arg.value for arg in call.args[:count] if isinstance(arg, ast.Constant)]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < count:
        raise NotLiteralError(f"{place}:{call.lineno}: mark a literal, and fill it in afterwards")
    return texts


def in_template(text: str, place: str = "") -> Iterator[Message]:
    """Read the calls of gettext that Django writes a template as."""
    written = templatize(text, origin=place)
    for call in CALL.finditer(written):
        names = ARGUMENTS[call[1]]
        yield Message(**dict(zip(names, _leading_literals(written, call.end(), len(names)), strict=True)))


def _leading_literals(text: str, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        literal = LITERAL.match(text, at)
        if literal is None:
            raise NotLiteralError(text[at : at + 60])
        yield ast.literal_eval(literal[1])
        at = literal.end()
