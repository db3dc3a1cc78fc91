"""What a browser complains about while a test drives it."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request

from tests.support.network import is_loopback

# The browser's own words do not say which element it was.
NAME_VIOLATIONS = """document.addEventListener('securitypolicyviolation', blocked => {
    const element = blocked.target instanceof Element ? blocked.target.outerHTML : 'the document';
    console.error(`${blocked.effectiveDirective}, ${blocked.sourceFile}: ${element.slice(0, 200)}`);
});"""


class Console:
    """What the browser complained about; a test that expects a complaint takes it away."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("console", self._message)
        page.on("pageerror", self._error)
        page.on("request", self._request)

    def expect(self, part: str) -> None:
        """Take the complaints that contain this; there must be one."""
        found = [text for text in self.complaints if part in text]
        assert found, f"no complaint about {part!r} among {self.complaints}"
        self.complaints = [text for text in self.complaints if part not in text]

    def _message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _request(self, request: Request) -> None:
        """No page may fetch anything from a third party: it would tell them who is where."""
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and not is_loopback(address.hostname or ""):
            self.complaints.append(f"a foreign host is asked: {request.url}")
