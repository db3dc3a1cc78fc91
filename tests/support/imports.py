"""What a module imports, however it is written."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

# Imports that are calls. Those that take a name from settings say nothing here, and belong to whoever set it.
BY_NAME = {"import_module", "__import__", "import_string"}


class HiddenImportError(Exception):
    """An import that does not say in full where it goes."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imports(module: ast.AST) -> Iterator[str]:
    """The dotted names that are imported, wherever; `from a import b` counts as both a and a.b."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _from(node)
        elif isinstance(node, ast.Call) and _is_by_name(node):
            yield from (str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant))


def _from(node: ast.ImportFrom) -> Iterator[str]:
    # `from . import views` names no module at all.
    if node.level or not node.module:
        raise HiddenImportError(ast.unparse(node))
    yield node.module
    yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_by_name(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in BY_NAME
