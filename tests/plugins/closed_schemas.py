"""Makes an OpenAPI document strict: no property that nobody declared."""

from typing import Any
from urllib.parse import unquote

Json = Any
_OPEN = ("additionalProperties", "unevaluatedProperties")
_COMBINERS = ("allOf", "oneOf", "anyOf")
_NOT_SCHEMAS = {"example", "examples", "enum", "const", "default", "required", "discriminator"}


def close(document: Json) -> None:
    """Closes every schema used as an answer or a field: no property that nobody declared.

    `unevaluatedProperties` goes beside a `$ref` and never inside an `allOf` member, where it would
    refuse what the other members declare. `oneOf` becomes `anyOf`: several alternatives of these
    descriptions overlap (an array of bare objects, lists with and without a cursor).
    """
    _walk(document, document, used=False)


def _walk(document: Json, node: Json, *, used: bool) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(document, item, used=used)
        return
    if not isinstance(node, dict):
        return
    if used and not any(key in node for key in _OPEN) and _names_properties(document, node):
        node["unevaluatedProperties"] = False
    if "oneOf" in node:
        node["anyOf"] = [*node.get("anyOf", []), *node.pop("oneOf")]
    for key, value in list(node.items()):
        if key in {"properties", "patternProperties"} and isinstance(value, dict):
            for schema in value.values():
                _walk(document, schema, used=True)
        elif key not in _NOT_SCHEMAS:
            _walk(document, value, used=key in {"schema", "items"})


def _names_properties(document: Json, node: Json) -> bool:
    """Tells whether the schema, or any it is made of, declares a property; a bare object stays open."""
    if not isinstance(node, dict):
        return False
    if node.get("properties"):
        return True
    if "$ref" in node:
        return _names_properties(document, follow(document, node["$ref"]))
    members = [member for key in _COMBINERS for member in node.get(key, [])]
    return any(_names_properties(document, member) for member in members)


def follow(document: Json, pointer: str) -> Json:
    for part in pointer.removeprefix("#/").split("/"):
        document = document[unquote(part).replace("~1", "/").replace("~0", "~")]
    return document
