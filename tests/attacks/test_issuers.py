"""Answers in the name of another authorization server than the one that was asked (RFC 9207)."""

from urllib.parse import parse_qsl, urlencode

import pytest

from accounts.login.errors import LoginErrorCode
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_explained, assert_nobody_came_in, begin_sign_in
from tests.support.person import Person
from tests.support.tenant import Tenant

EVIL = "https://evil.test/"


def _callback(somebody: Person, *issuers: str, **more: str) -> str:
    """A callback of theirs that names these issuers in place of its own."""
    path, _, query = somebody.to_callback(begin_sign_in(somebody)).partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != "iss"]
    return f"{path}?{urlencode([*kept, *more.items(), *(('iss', issuer) for issuer in issuers)])}"


def test_answer_that_names_the_tenant_signs_in(tenant: Tenant, person: PersonMaker) -> None:
    tenant.set_settings(names_issuer=True)
    nia = person("nia")
    callback = nia.to_callback(begin_sign_in(nia))
    assert dict(parse_qsl(callback.partition("?")[2]))["iss"] == tenant.issuer
    assert nia.client.get(callback).status_code == 302


@pytest.mark.parametrize("answer", [{}, {"error": "access_denied"}])
def test_answer_without_an_issuer_is_refused_where_one_is_announced(
    tenant: Tenant, person: PersonMaker, answer: dict[str, str]
) -> None:
    tenant.set_settings(names_issuer=True)
    nia = person("nia")
    assert_explained(nia.client.get(_callback(nia, **answer)), LoginErrorCode.BAD_TOKEN)
    assert_nobody_came_in(nia)


@pytest.mark.parametrize("is_announced", [True, False])
@pytest.mark.parametrize("answer", [{}, {"error": "access_denied"}])
def test_answer_of_another_issuer_is_refused_and_no_code_is_sent(
    tenant: Tenant, person: PersonMaker, answer: dict[str, str], is_announced: bool
) -> None:
    tenant.set_settings(names_issuer=is_announced)
    nia = person("nia")
    for issuers in ([EVIL], [EVIL, tenant.issuer], [tenant.issuer, EVIL], [tenant.issuer.rstrip("/")], [""]):
        callback = _callback(nia, *issuers, **answer)
        tenant.exchanges()
        assert_explained(nia.client.get(callback), LoginErrorCode.BAD_TOKEN)
        assert not [call for call in tenant.exchanges() if call["path"] == "/oauth/token"]
    assert_nobody_came_in(nia)
