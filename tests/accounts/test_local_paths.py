"""Where a visitor may be sent back to."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import RequestFactory
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.redirects import MAX_LENGTH, local_path, path_of_same_origin

HERE = "https://site.test/some/page"


def as_a_browser_goes(path: str) -> str | None:
    """Resolve as the WHATWG URL standard does: tabs and newlines vanish, a backslash is a slash."""
    cleaned = "".join(char for char in path if char not in "\t\r\n").replace("\\", "/").strip(" ")
    return urlsplit(urljoin(HERE, cleaned)).netloc


@given(
    st.text(alphabet="/\\.:?#@%\t\r\n ae\u2044\uff0f", max_size=12).map(lambda tail: f"/{tail}")
    | st.text(max_size=30)
)
@example("/\t/evil.test/")
@example("/\\evil.test/")
@example("///evil.test/")
@example("/%2F/evil.test")
def test_local_path_never_leads_off_the_site(value: str) -> None:
    path = local_path(value)
    assert path is None or as_a_browser_goes(path) == "site.test"


@pytest.mark.parametrize("value", ["/", "/a/?b=c&d=%26", "/a//b", "/ünï/"])
def test_local_path_keeps_paths_as_they_are(value: str) -> None:
    assert local_path(value) == value


@pytest.mark.parametrize(
    "value", [None, 7, "", "a/b", "https://site.test/", "mailto:x", f"/{'a' * MAX_LENGTH}"]
)
def test_local_path_of_anything_else_is_none(value: object) -> None:
    assert local_path(value) is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://localhost/a/?b=c#d", "/a/?b=c"),
        ("http://localhost", "/"),
        ("http://localhost:8000/a/", None),
        ("https://evil.test/a/", None),
        ("http://localhost@evil.test/a/", None),
        ("http://localhost//evil.test/", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_path_of_same_origin_is_of_this_very_host(
    rf: RequestFactory, url: str | None, path: str | None
) -> None:
    assert path_of_same_origin(rf.get("/"), url) == path
