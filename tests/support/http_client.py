"""Django's test client as far as `Person` uses it, over real HTTP: no redirects followed, cookies kept."""

from typing import Any
from urllib.parse import urlsplit

import requests

CALL_SECONDS = 30


class Answer:
    """A response, by the names that Django's test client has for its parts."""

    def __init__(self, site: str, response: requests.Response) -> None:
        self.site, self.headers = site, response.headers
        self.status_code, self.content = response.status_code, response.content
        self.request = {"PATH_INFO": urlsplit(str(response.url)).path}

    def __getitem__(self, header: str) -> str:
        return str(self.headers[header]).removeprefix(self.site)

    @property
    def text(self) -> str:
        return self.content.decode()


class HttpClient:
    """One browser at a site; paths are of that site."""

    def __init__(self, site: str) -> None:
        self.site, self.http = site, requests.Session()
        self.http.trust_env = False
        self.http.headers["User-Agent"] = "Mozilla/5.0 (test browser)"

    def get(self, path: str, data: dict[str, str] | None = None) -> Answer:
        return self._answer("GET", path, params=data)

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self._answer("POST", path, data=data)

    def _answer(self, method: str, path: str, **sent: Any) -> Answer:
        response = self.http.request(
            method, f"{self.site}{path}", allow_redirects=False, timeout=CALL_SECONDS, **sent
        )
        return Answer(self.site, response)
