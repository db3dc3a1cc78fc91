"""Checks one recorded HTTP exchange against an OpenAPI 3.1 description (JSON Schema draft 2020-12).

An answer must be declared: its status, its media type, each of its fields. Object schemas that name
their properties count as closed unless they say otherwise, since an undeclared field in an answer of the
local tenant is something that no client of the real one will ever see.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.plugins.closed_schemas import close, follow
from tests.plugins.exchange import Exchange, Fault

Json = Any
_METHODS = ("get", "post", "put", "patch", "delete")

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[a-z][a-z0-9+.-]*:", value) is not None


@dataclass(frozen=True)
class Operation:
    template: str
    method: str
    pointer: str
    declared: Json


class Description:
    """One OpenAPI file, ready to judge exchanges whose path starts with `prefix`."""

    def __init__(self, file: Path, prefix: str) -> None:
        self.prefix = prefix
        self.name = file.stem
        self._document = json.loads(file.read_text())
        close(self._document)
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource("contract:", resource)
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def _operations(self) -> list[tuple[re.Pattern[str], Operation]]:
        found = []
        for template, item in self._document["paths"].items():
            pattern = re.compile(re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(template)) + "$")
            for method in _METHODS:
                if method in item:
                    pointer = f"#/paths/{_escape(template)}/{method}"
                    found.append((pattern, Operation(template, method, pointer, item[method])))
        # A literal segment beats a parameter, as in /guardian/factors/phone and /guardian/factors/{name}.
        return sorted(found, key=lambda pair: pair[1].template.count("{"))

    def operation(self, exchange: Exchange) -> Operation | None:
        path = exchange.path.removeprefix(self.prefix)
        for pattern, operation in self._operations:
            if operation.method == exchange.method.lower() and pattern.match(path):
                return operation
        return None

    def faults(self, exchange: Exchange) -> Iterator[Fault]:
        operation = self.operation(exchange)
        if operation is None:
            yield Fault("path", f"{exchange.method} {exchange.path} is not in {self.name}")
            return
        yield from self._answer_faults(exchange, operation)
        if not exchange.refused:
            yield from self._query_faults(exchange, operation)
            yield from self._body_faults(exchange, operation)

    def _answer_faults(self, exchange: Exchange, operation: Operation) -> Iterator[Fault]:
        answers = operation.declared["responses"]
        pointer = f"{operation.pointer}/responses/{exchange.status}"
        if str(exchange.status) not in answers:
            yield Fault("status", f"status {exchange.status} is not declared (only {', '.join(answers)})")
            return
        answer, pointer = self._resolve(answers[str(exchange.status)], pointer)
        for name in _required_headers(answer, self._resolve):
            if name.lower() not in exchange.response_headers:
                yield Fault("header", f"header {name} is missing")
        yield from self._content_faults(exchange, answer, pointer)

    def _content_faults(self, exchange: Exchange, answer: Json, pointer: str) -> Iterator[Fault]:
        content = answer.get("content")
        media = exchange.response_headers.get("content-type", "").partition(";")[0]
        if content is None:
            if exchange.status < 300 and exchange.response_body.strip():
                yield Fault("body", f"a body where none is declared: {exchange.response_body[:80]!r}")
        elif media not in content:
            yield Fault("media", f"media type {media!r} is not declared (only {', '.join(content)})")
        elif media == "application/json" and "schema" in content[media]:
            where = f"{pointer}/content/{_escape(media)}/schema"
            yield from self._schema_faults("answer", where, exchange.response_body)

    def _body_faults(self, exchange: Exchange, operation: Operation) -> Iterator[Fault]:
        if "requestBody" not in operation.declared or not exchange.request_body:
            return
        body, pointer = self._resolve(operation.declared["requestBody"], f"{operation.pointer}/requestBody")
        media = exchange.request_type.partition(";")[0]
        if media not in body["content"]:
            yield Fault("request", f"request media type {media!r} is not declared")
            return
        where = f"{pointer}/content/{_escape(media)}/schema"
        text = exchange.request_body
        if media == "application/x-www-form-urlencoded":
            text = json.dumps(dict(parse_qsl(text)))
        yield from self._schema_faults("request", where, text)

    def _query_faults(self, exchange: Exchange, operation: Operation) -> Iterator[Fault]:
        declared = {}
        for index, parameter in enumerate(operation.declared.get("parameters", [])):
            found, pointer = self._resolve(parameter, f"{operation.pointer}/parameters/{index}")
            if found["in"] == "query":
                declared[found["name"]] = f"{pointer}/schema", self._resolve(found["schema"], "")[0]
        for name, values in parse_qs(exchange.query).items():
            if name not in declared:
                yield Fault("query", f"query parameter {name} is not declared")
                continue
            pointer, schema = declared[name]
            if schema.get("type") == "array":
                yield from self._schema_faults("query", pointer, json.dumps(values))
            else:
                yield from self._schema_faults("query", pointer, _as_json(values[0]), fallback=values[0])

    def _schema_faults(
        self, kind: str, pointer: str, text: str, *, fallback: str | None = None
    ) -> Iterator[Fault]:
        try:
            instance = json.loads(text)
        except ValueError:
            yield Fault(kind, f"not JSON: {text[:80]!r}")
            return
        errors = list(self._validator(pointer).iter_errors(instance))
        if errors and fallback is not None and fallback != instance:
            errors = list(self._validator(pointer).iter_errors(fallback))
        for error in errors:
            yield Fault(kind, f"{kind} {_deepest(error)[:300]}")

    def _validator(self, pointer: str) -> Draft202012Validator:
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator(
                {"$ref": f"contract:{pointer}"}, registry=self._registry, format_checker=formats
            )
        return self._validators[pointer]

    def _resolve(self, node: Json, pointer: str) -> tuple[Json, str]:
        while "$ref" in node:
            pointer = node["$ref"]
            node = follow(self._document, pointer)
        return node, pointer


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _as_json(value: str) -> str:
    """Reads a query value as the JSON literal it spells (7, true), or else as the text it is."""
    if value in {"true", "false"} or re.fullmatch(r"-?\d+", value):
        return value
    return json.dumps(value)


def _deepest(error: Any) -> str:
    """Explains a failed alternative by its own reason instead of printing the whole schema."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f"{error.json_path}: {error.message}"


def _required_headers(answer: Json, resolve: Any) -> Iterator[str]:
    for name, header in answer.get("headers", {}).items():
        if resolve(header, "")[0].get("required"):
            yield name
