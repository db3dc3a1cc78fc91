"""Holds every exchange with the local tenant against Auth0's OpenAPI descriptions.

Needs one line in tests/conftest.py:  pytest_plugins = ["tests.plugins.contracts"]

The descriptions are looked for in ../shared/contracts beside the repository. Where they are not, nothing is
checked, and tests/test_contracts.py shows as skipped and says so.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.contract_exceptions import is_excepted
from tests.plugins.exchange import Exchange
from tests.plugins.openapi import Description
from tests.support.tenant import Tenant

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contracts"
# The first prefix that fits decides; whatever else the tenant serves are pages, which nobody describes.
PREFIXES = (("management-api", "/api/v2"), ("my-account-api", "/me/v1"), ("authentication-api", ""))
MAX_SHOWN = 8


@cache
def descriptions() -> tuple[Description, ...]:
    return tuple(Description(FOLDER / f"{name}.json", prefix) for name, prefix in PREFIXES)


def has_descriptions() -> bool:
    return all((FOLDER / f"{name}.json").is_file() for name, _ in PREFIXES)


def parse(record: dict[str, Any]) -> Exchange:
    headers = {name.lower(): value for name, value in record["response_headers"].items()}
    sent = {name.lower(): value for name, value in record["request_headers"].items()}
    return Exchange(
        record["method"],
        record["path"].partition("?")[0],
        record["query"],
        sent.get("content-type", ""),
        record["request_body"],
        record["status"],
        headers,
        record["response_body"],
    )


def complaints(record: dict[str, Any]) -> list[str]:
    """What is wrong with one recorded exchange; a fault made on purpose is nobody's mistake."""
    if record["fault"]:
        return []
    exchange = parse(record)
    description = next(each for each in descriptions() if exchange.path.startswith(each.prefix))
    if not description.prefix and description.operation(exchange) is None:
        return []
    return [
        f"{exchange}: {fault.text}"
        for fault in description.faults(exchange)
        if not is_excepted(description.name, exchange, fault)
    ]


@pytest.fixture(autouse=True)
def _contracts() -> Iterator[None]:
    """Fails the test in which the tenant, or our request to it, left the descriptions."""
    yield
    if not has_descriptions():
        return
    found = [
        text for tenant in Tenant.started for record in tenant.unchecked() for text in complaints(record)
    ]
    if found:
        more = f"\n… and {len(found) - MAX_SHOWN} more" if len(found) > MAX_SHOWN else ""
        pytest.fail(
            "\n".join(["Auth0's API descriptions disagree:", *found[:MAX_SHOWN]]) + more, pytrace=False
        )
