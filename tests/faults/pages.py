"""Reading the site's answers as a person does: what was done, what not, what nobody knows."""

import re
from html import unescape
from urllib.parse import unquote

from tests.faults.truth import Claim
from tests.support.http_client import Answer

# By the level of a message, on the person's own pages and in the admin.
CLAIMS = {"success": Claim.DONE, "error": Claim.NOT_DONE, "warning": Claim.UNKNOWN}
NOTICE = re.compile(r'<div class="notice notice-(success|error|warning)">(.*?)</div>\s*</div>', re.DOTALL)
ADMIN_NOTICE = re.compile(r'<li class="(success|error|warning)">(.*?)</li>', re.DOTALL)
REDIRECTS = (301, 302, 303)
# A form that comes back with what is wrong.
NOT_TAKEN = (403, 422, 429, 503, 504)
FIRST_BAD_STATUS = 500
ERROR_STATUSES = (503, 504)


def plain(html: str) -> str:
    """The words without the markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(answer: Answer) -> str:
    html = answer.text
    return html[html.find("<main") : html.rfind("</main>")] or html


def messages_of(answer: Answer) -> list[tuple[Claim, str]]:
    """The messages of a page, each with what its level claims."""
    html = answer.text
    own = re.search(r'<div role="status">(.*?)<h1', html, re.DOTALL)
    found = NOTICE.findall(own[1]) if own else []
    found += ADMIN_NOTICE.findall(html)
    return [(CLAIMS[level], plain(text)) for level, text in found]


def is_redirect(answer: Answer) -> bool:
    return answer.status_code in REDIRECTS


def broke(answer: Answer) -> bool:
    """Whether it is a page of Django's own for an exception nobody caught."""
    return answer.status_code >= FIRST_BAD_STATUS and answer.status_code not in ERROR_STATUSES


def listed(answer: Answer) -> set[str] | None:
    """The ids of what the security page offers to rename; None where it does not show the present list."""
    html = answer.text
    if answer.status_code != 200 or 'class="notice notice-warning" role="alert"' in html:
        return None
    return {unquote(link) for link in re.findall(r'href="/account/security/([^"/]+)/rename/"', html)}
