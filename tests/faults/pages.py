"""Reading the site's answers as a person does: what was done, what not, what nobody knows."""

import re
from collections.abc import Set as AbstractSet
from html import unescape
from urllib.parse import unquote

from tests.faults.truth import Claim
from tests.support.http_client import Answer

SECURITY = "/account/security/"
NAMED = ("totp|", "phone|")
# By the level of a message, on the person's own pages and in the admin.
CLAIMS = {"success": Claim.DONE, "error": Claim.NOT_DONE, "warning": Claim.UNKNOWN}
NOTICE = re.compile(r'<div class="notice notice-(success|error|warning)">(.*?)</div>\s*</div>', re.DOTALL)
ADMIN_NOTICE = re.compile(r'<li class="(success|error|warning)">(.*?)</li>', re.DOTALL)
OK, REDIRECTS = 200, (301, 302, 303)
FIRST_BAD_STATUS, EXPLAINED = 500, (502, 503, 504)


def plain(html: str) -> str:
    """The words without the markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(answer: Answer) -> str:
    html = answer.text
    return html[html.find("<main") : html.rfind("</main>")] or html


def message_of(answer: Answer) -> tuple[Claim, str]:
    """The first message of a page, with what its level claims."""
    html = answer.text
    own = re.search(r'<div role="status">(.*?)<h1', html, re.DOTALL)
    found = NOTICE.findall(own[1]) if own else []
    found += ADMIN_NOTICE.findall(html)
    return next(((CLAIMS[level], plain(text)) for level, text in found), (Claim.NOTHING, ""))


def is_redirect(answer: Answer) -> bool:
    return answer.status_code in REDIRECTS


def wrong_page(answer: Answer) -> tuple[str, ...]:
    """Name a page that stands for an exception nobody caught."""
    broke = answer.status_code >= FIRST_BAD_STATUS and answer.status_code not in EXPLAINED
    return (f"answered {answer.status_code}",) if broke else ()


def listed(answer: Answer) -> set[str] | None:
    """The ids of what the security page offers to rename; None where it does not show the present list."""
    html = answer.text
    if answer.request["PATH_INFO"] != SECURITY or 'class="as-of"' not in html:
        return None
    return {unquote(link) for link in re.findall(r'href="/account/security/([^"/]+)/rename/"', html)}


def wrong_list(answer: Answer, there: AbstractSet[str]) -> tuple[str, ...]:
    """Name a list that is not the tenant's; a recovery code has no name."""
    shown = listed(answer)
    if shown is None:
        return ("neither lists the methods nor says why not",) if _is_silent(answer) else ()
    named = {method_id for method_id in there if method_id.startswith(NAMED)}
    return () if shown == named else (f"lists {sorted(shown)}, and there is {sorted(named)}",)


def _is_silent(answer: Answer) -> bool:
    return (
        answer.request["PATH_INFO"] == SECURITY
        and answer.status_code == 200
        and "notice-warning" not in answer.text
    )
