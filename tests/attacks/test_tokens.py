"""ID tokens that were forged, bent or made for somebody else: none lets anybody in or opens anything."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.step_up.assurance import SESSION_KEY
from mfaproject.users.models import User
from tests.accounts.conftest import PersonMaker
from tests.accounts.steps import assert_closed, assert_nobody_came_in, begin_sign_in, begin_step_up
from tests.support.clock import Clock
from tests.support.tenant import Tenant


def _now() -> int:
    return int(timezone.now().timestamp())


# tests/accounts/test_untrusted_tenant.py has the others, each with the page that explains it.
FORGED: list[dict[str, Any]] = [
    {"alg": "HS256"},
    {"key": "wrong"},
    {"set": {"aud": ["demo-web", "another-client"]}},
    {"set": {"aud": ["demo-web"], "azp": "another-client"}},
    {"set": {"aud": []}},
    {"set": {"aud": "demo-web "}},
    {"set": {"iat": 10**30}},
    {"set": {"iat": -(10**30)}},
    {"set": {"iat": str(_now())}},
    {"set": {"nbf": str(_now())}},
    {"set": {"nbf": _now() + 3600}},
    {"set": {"sub": ["auth0|demo-nia"]}},
    {"set": {"nonce": ["x"]}},
    {"set": {"at_hash": "AAAA"}},
]


def test_forged_or_misdirected_token_lets_nobody_in(tenant: Tenant, person: PersonMaker) -> None:
    nia = person("nia")
    for fault in FORGED:
        callback = nia.to_callback(begin_sign_in(nia))
        tenant.token_fault(**fault)
        assert nia.client.get(callback).context["explanation"], fault
        assert_nobody_came_in(nia)
    assert not User.objects.exists()


BENT: list[dict[str, Any]] = [
    {"amr": [["mfa"]]},
    {"amr": ["mfa", ["pwd"]]},
    {"amr": {"mfa": True}},
    {"amr": ["MFA"]},
    {"amr": ["mfa "]},
    {"acr": ["urn:weaker"]},
    {"acr": {"http://schemas.openid.net/pape/policies/2007/06/multi-factor": 0}},
    {"acr": 0},
    {"acr": ""},
]


def test_bent_amr_or_acr_is_no_second_factor(tenant: Tenant, person: PersonMaker) -> None:
    """Of somebody who has a second factor, so that a sound token would count."""
    tess = person("tess")
    for claims in BENT:
        tenant.token_fault(set={"amr": ["mfa"], **claims})
        tess.come_back(begin_sign_in(tess))
        assert tess.client.session[SESSION_KEY]["mfa_at"] is None, claims
    tenant.token_fault(set={"amr": ["mfa"]})
    tess.come_back(begin_sign_in(tess))
    assert tess.client.session[SESSION_KEY]["mfa_at"]


@pytest.mark.usefixtures("gated_site")
def test_login_time_yet_to_come_opens_nothing_when_it_has_come(
    tenant: Tenant, person: PersonMaker, elapse: Clock
) -> None:
    nia = person("nia")
    tenant.token_fault(set={"auth_time": int(elapse.now.timestamp()) + 3600})
    nia.sign_in()
    elapse(3600)
    assert_closed(nia, "/test/login/")
    # Nor does it stand in the way of a true one.
    assert nia.come_back(begin_step_up(nia, "/test/login/"))["Location"] == "/test/login/"
