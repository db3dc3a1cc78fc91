"""Tables for people at a terminal, and lines of columns between tabs for everything else."""

import unicodedata
from collections.abc import Iterable, Sequence
from io import StringIO
from shutil import get_terminal_size

from rich.console import Console
from rich.table import Table
from rich.text import Text

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: object) -> str:
    """Replace control characters: names are typed by people, and a terminal obeys what it is sent."""
    return "".join(REPLACEMENT if unicodedata.category(c).startswith("C") else c for c in str(text))


def rendered(headers: Sequence[str], rows: Iterable[Sequence[object]], *, pretty: bool) -> str:
    cells = [[printable(cell) for cell in row] for row in rows]
    if not pretty:
        return "\n".join("\t".join(row) for row in [list(headers), *cells])
    table = Table()
    for header in headers:
        # An id that is cut off cannot be copied.
        table.add_column(header, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    page = StringIO()
    Console(file=page, width=get_terminal_size().columns).print(table)
    return page.getvalue().rstrip("\n")
