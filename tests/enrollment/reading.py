"""What a page says, as somebody reads it."""

import re
from html import unescape
from typing import Any

SECURITY = "/account/security/"
MANAGEMENT = "/api/v2/"


def text_of(response: Any) -> str:
    """The words of a page's main part, without markup."""
    html = response.content.decode()
    main = html[html.find("<main") : html.rfind("</main>")] or html
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())
    return re.sub(r" ([.,:;])", r"\1", words)


def links_of(response: Any, ending: str) -> list[str]:
    """Where the page's links go, of those that end so."""
    found = re.findall(r'href="([^"#?]+)"', response.content.decode())
    return [link for link in found if link.endswith(ending)]


def heading_of(response: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return " ".join(unescape(found[1]).split()) if found else ""
