"""Finds words that people would read and that are not marked for translation, by rules of thumb."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

from tools.messages.extract import marks

# Attributes that are read out, shown, or shown by a script of ours.
SPOKEN = re.compile(r"title|alt|placeholder|label|aria-(label|description|valuetext|roledescription)")
# What a script of ours shows looks like a text; other data is names and numbers.
DATA = re.compile(r"data-.+")
TEXT = re.compile(r"[A-Z][a-z]|\w \w")
# Blocks that hold names of classes.
NAMES_ALONE = frozenset({"width", "bodyclass"})
TRANSLATED = frozenset({"blocktranslate", "blocktrans", "comment"})
FILLED_IN = "\N{OBJECT REPLACEMENT CHARACTER}"
WORD = re.compile(r"[^\W\d_]{2,}")
# Two words in a row, the second one in small letters: English as it is written, and not a name, path or key.
SENTENCE = re.compile(r"[A-Za-z][a-z\u2019']+[,;:]? \u201c?[a-z\u2019']{2,}")


def unmarked_in_template(text: str, *, is_html: bool = True) -> list[str]:
    """The words of a template that stand outside its translated parts."""
    plain = "".join(_plain(text))
    if not is_html:
        return [line.strip() for line in plain.replace(FILLED_IN, " ").splitlines() if WORD.search(line)]
    reader = _Reader()
    reader.feed(plain)
    reader.close()
    return reader.found


def _plain(text: str) -> Iterator[str]:
    """The text as it stands, each value a mark, each translated part nothing."""
    translated = ""
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.BLOCK:
            translated = _ending(token, translated)
            yield FILLED_IN
        elif token.token_type is TokenType.VAR:
            yield FILLED_IN
        elif token.token_type is TokenType.TEXT and not translated:
            yield token.contents


def _ending(token: Token, awaited: str) -> str:
    """The tag at which words are to be looked at again, or nothing where they are."""
    tag, *arguments = token.split_contents()
    if awaited:
        return "" if tag == awaited else awaited
    if tag in TRANSLATED:
        return f"end{tag}"
    return "endblock" if tag == "block" and arguments[0] in NAMES_ALONE else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        shown = [value for name, value in given.items() if SPOKEN.fullmatch(name)]
        shown += [value for name, value in given.items() if DATA.fullmatch(name) and TEXT.search(value)]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            shown.append(given.get("value", ""))
        self._note(*shown)

    def handle_data(self, data: str) -> None:
        self._note(*data.split(FILLED_IN))

    def _note(self, *texts: str) -> None:
        self.found += [" ".join(text.split()) for text in texts if WORD.search(text.replace(FILLED_IN, " "))]


def unmarked_in_python(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a module, with their lines, that no call marks and that are not for developers."""
    tree = ast.parse(text)
    aside = {id(inner) for node in ast.walk(tree) if _is_aside(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in aside:
            continue
        if SENTENCE.search(node.value):
            yield node.lineno, node.value


LOGGED = {"debug", "info", "warning", "error", "exception", "critical"}
# Every other error is for whoever writes or runs the site, and its text is on no page.
SHOWN_ERRORS = {"Refused", "CommandError", "ValidationError", "PermissionDenied", "Http404"}


def _is_aside(node: ast.AST) -> bool:
    """Whether what is in here is marked, a docstring, a log line, a type, or an error of a developer's."""
    if isinstance(node, ast.Call):
        return bool(marks(node.func)) or _is_log(node.func) or getattr(node.func, "attr", "") == "__init__"
    if isinstance(node, ast.Raise):
        return isinstance(node.exc, ast.Call) and getattr(node.exc.func, "id", "") not in SHOWN_ERRORS
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_log(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LOGGED
        and isinstance(function.value, ast.Name)
        and function.value.id in {"logger", "log"}
    )
