"""What an answer's headers say of a person's rate limit."""

import httpx
import pytest
from django.utils import timezone

from accounts.auth0.answers import RateLimitHeaders
from enrollment.gateways.rate_limit import rate_limit_from_headers


def answer(status: int = 202, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_rate_is_read_from_the_three_headers() -> None:
    reset = str(int(timezone.now().timestamp()) + 30)
    rate = rate_limit_from_headers(
        answer(x_ratelimit_limit="5", x_ratelimit_remaining="3", x_ratelimit_reset=reset)
    )
    assert rate is not None
    assert (rate.limit, rate.remaining) == (5, 3)
    assert 28 <= rate.wait <= 30


def test_refusal_leaves_nothing_until_it_says_so() -> None:
    rate = rate_limit_from_headers(
        answer(429, x_ratelimit_limit="2", x_ratelimit_remaining="0", retry_after="17")
    )
    assert rate == RateLimitHeaders(2, 0, 17.0)


@pytest.mark.parametrize(
    "odd",
    [
        answer(),
        answer(x_ratelimit_limit="many", x_ratelimit_remaining="1", x_ratelimit_reset="1"),
        answer(x_ratelimit_limit="9" * 5000, x_ratelimit_remaining="1", x_ratelimit_reset="1"),
        answer(x_ratelimit_limit="2", x_ratelimit_remaining="9" * 5000, x_ratelimit_reset="1"),
        answer(x_ratelimit_limit="2", x_ratelimit_remaining="1", x_ratelimit_reset="9" * 5000),
        answer(x_ratelimit_limit="2", x_ratelimit_remaining="-1", x_ratelimit_reset="1"),
        answer(429, x_ratelimit_limit="25", retry_after="1", x_auth0_error_kind="global-rate-limit"),
    ],
)
def test_answer_that_says_nothing_of_the_person_teaches_nothing(odd: httpx.Response) -> None:
    assert rate_limit_from_headers(odd) is None
