"""The small part of Lucene's query language that user searches here are made of.

Auth0's user search, "Query syntax": `field:value`, quoted values, `*` at the end, AND, OR and NOT.
"""

import re
from typing import Any

from devtenant.management.errors import ManagementError

_TERM = re.compile(r'(?P<not>NOT\s+|-)?(?P<field>[\w.]+):(?P<value>"[^"]*"|\S+)')


def matches(query: str, document: dict[str, Any]) -> bool:
    """Tells whether a profile answers the query; OR binds looser than AND."""
    if not query.strip():
        return True
    return any(
        all(_term(term, document) for term in re.split(r"\s+AND\s+", part.strip()))
        for part in re.split(r"\s+OR\s+", query.strip().strip("()"))
    )


def _term(term: str, document: dict[str, Any]) -> bool:
    found = _TERM.fullmatch(term.strip("() "))
    if found is None:
        raise ManagementError(400, f"Invalid search query: {term}", "invalid_query_string")
    value: Any = document
    for part in found["field"].split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return _equals(value, found["value"].strip('"')) is (found["not"] is None)


def _equals(value: Any, wanted: str) -> bool:
    if isinstance(value, list):
        return any(_equals(each, wanted) for each in value)
    if value is None:
        return False
    text = str(value).lower()
    wanted = wanted.lower()
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else text == wanted
