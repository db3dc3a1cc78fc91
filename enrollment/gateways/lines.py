"""Text that somebody else chose, such as the name of a phone, cut to what may stand on a line."""

import unicodedata
from typing import Any

LONGEST = 120


def line(value: Any, longest: int = LONGEST) -> str:
    """Leave out what cannot be seen: it could make one thing look like another.

    Nor can all of it be kept: half a surrogate pair goes into no page, and PostgreSQL takes no NUL.
    """
    text = value if isinstance(value, str) else ""
    return "".join(c for c in text if unicodedata.category(c)[0] != "C")[:longest]
