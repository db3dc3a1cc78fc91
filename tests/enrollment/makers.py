"""Methods, factors and lists of them, made in a word or at random."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from enrollment.account.methods import Factor, Method, factors_from

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
TYPES = (
    "totp",
    "push",
    "guardian",
    "phone",
    "email",
    "email-verification",
    "webauthn-roaming",
    "webauthn-platform",
    "passkey",
    "password",
    "recovery-code",
    "smell-of-the-owner",
)


def method(kind: str, number: int = 1, **members: Any) -> Method:
    """A method of a type; its id is `type|number`."""
    facts = {"confirmed": True, "created_at": START + timedelta(days=number), **members}
    return Method(id=f"{kind}|{number}", type=kind, **facts)


def factors(*kinds: str, **members: Any) -> tuple[Factor, ...]:
    """Factors of these types, one each, none tied to another."""
    return factors_from(method(kind, number, **members) for number, kind in enumerate(kinds, 1))


def factor(kind: str, **members: Any) -> Factor:
    return factors(kind, **members)[0]


@st.composite
def method_lists(draw: st.DrawFn) -> list[Method]:
    """Any list that the tenant might give: linked, nested, unconfirmed, of unknown types."""
    kinds = draw(st.lists(st.sampled_from(TYPES), max_size=8))
    links = st.sampled_from([None, None, "link-1", "link-2"])
    nested = st.sampled_from([(), (), (("totp", "totp|1"),), (("sms", "n-1"), ("voice", "n-2"))])
    return [
        method(
            kind,
            number,
            link_id=draw(links),
            nested=draw(nested),
            confirmed=draw(st.sampled_from([True, True, None, False])),
            created_at=draw(st.sampled_from([START, START + timedelta(days=9), None])),
        )
        for number, kind in enumerate(kinds)
    ]
