"""One request to the local tenant with its answer, and what may be wrong with the two."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Exchange:
    """One request to the tenant and what it answered, as its recorder tells it."""

    method: str
    path: str
    query: str
    request_type: str
    request_body: str
    status: int
    response_headers: Mapping[str, str]
    response_body: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"

    @property
    def refused(self) -> bool:
        """Refused requests may be malformed; /authorize refuses by a redirect that carries the error."""
        return self.status >= 400 or "error=" in self.response_headers.get("location", "")


@dataclass(frozen=True)
class Fault:
    """Where an exchange leaves the description: `kind` is what an exception is written against."""

    kind: str
    text: str
