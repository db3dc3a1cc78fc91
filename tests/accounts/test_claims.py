"""ID-token claims, and what they prove."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.claims import (
    AMR_LABELS,
    PAPE_MFA,
    ClaimsError,
    method_label,
    proof_from_claims,
    roles_from_claims,
)

ISSUED = 1_790_000_000
BASE = {"sub": "auth0|ada", "iat": ISSUED}


def test_proof_after_a_challenge_holds_mfa_and_its_time() -> None:
    proof = proof_from_claims({**BASE, "amr": ["mfa"], "acr": PAPE_MFA, "sid": "s1", "auth_time": ISSUED - 5})
    assert proof.has_mfa
    assert proof.issued_at == datetime.fromtimestamp(ISSUED, UTC)
    assert proof.login_at == datetime.fromtimestamp(ISSUED - 5, UTC)
    assert (proof.subject, proof.methods, proof.acr, proof.session_id) == (
        "auth0|ada",
        ("mfa",),
        PAPE_MFA,
        "s1",
    )


@pytest.mark.parametrize("amr", [None, "mfa", ["pwd"], ["MFA"], [["mfa"]], ["mfa", 1], {"mfa": True}, []])
def test_proof_without_mfa_in_amr_is_no_second_factor(amr: Any) -> None:
    assert not proof_from_claims({**BASE, "amr": amr, "acr": PAPE_MFA}).has_mfa


@pytest.mark.parametrize("acr", ["urn:mace:incommon:iap:bronze", "0"])
def test_proof_with_a_contradicting_acr_is_no_second_factor(acr: str) -> None:
    assert not proof_from_claims({**BASE, "amr": ["mfa"], "acr": acr}).has_mfa


@pytest.mark.parametrize("auth_time", [None, True, "1790000000", [], float("nan"), float("inf"), 10**30])
def test_proof_with_a_malformed_auth_time_has_no_login_time(auth_time: Any) -> None:
    assert proof_from_claims({**BASE, "auth_time": auth_time}).login_at is None


@pytest.mark.parametrize("missing", ["sub", "iat"])
def test_claims_without_what_every_token_has_are_refused(missing: str) -> None:
    with pytest.raises(ClaimsError):
        proof_from_claims({name: value for name, value in BASE.items() if name != missing})


@pytest.mark.parametrize("claims", [{**BASE, "sub": ""}, {**BASE, "sub": 7}, {**BASE, "iat": "now"}])
def test_claims_with_a_malformed_identity_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(ClaimsError):
        proof_from_claims(claims)


@pytest.mark.parametrize("sub", ["auth0|" + "a" * 250, "auth0|\x00ada", "auth0|\ud800ada", "auth0|ada\x00"])
def test_subject_that_does_not_fit_is_refused_and_not_made_to_fit(sub: str) -> None:
    with pytest.raises(ClaimsError):
        proof_from_claims({**BASE, "sub": sub})


@pytest.mark.parametrize("sub", ["auth0|" + "a" * 249, "samlp|acme|björn@example.test", "waad|a b"])
def test_subject_that_fits_is_taken_as_it_is(sub: str) -> None:
    assert proof_from_claims({**BASE, "sub": sub}).subject == sub


@pytest.mark.parametrize("sid", ["s" * 121, "s\x00", "s\ud800", 7, ["s"], ""])
def test_session_id_that_does_not_fit_is_dropped(sid: Any) -> None:
    assert proof_from_claims({**BASE, "sid": sid}).session_id is None
    assert proof_from_claims({**BASE, "sid": "s" * 120}).session_id == "s" * 120


@pytest.mark.parametrize("odd", ["mf\x00a", "\ud800mfa", "mfa\x00", "mfa" + "\ud800" * 200])
def test_methods_that_cannot_be_shown_are_cleaned_and_become_no_second_factor(odd: str) -> None:
    proof = proof_from_claims({**BASE, "amr": [odd, "pwd"]})
    assert not proof.has_mfa
    assert proof.methods[0].encode()
    assert "\x00" not in proof.methods[0]
    assert len(proof.methods[0]) <= 40
    assert proof.methods[1] == "pwd"


def test_methods_without_end_are_cut_and_a_second_factor_among_them_counts() -> None:
    proof = proof_from_claims({**BASE, "amr": [*(f"m{number}" for number in range(1000)), "mfa"]})
    assert proof.has_mfa
    assert len(proof.methods) == 10


def test_method_labels_cover_what_is_known_and_show_the_rest_raw() -> None:
    assert {"pwd", "mfa", "otp", "sms", "email", "hwk", "swk", "pop", "fed"} <= AMR_LABELS.keys()
    assert method_label("otp") == "authenticator app"
    assert method_label("retina") == "retina"


@pytest.mark.parametrize(
    ("value", "roles"),
    [
        (["admin", "support"], {"admin", "support"}),
        (["admin", 7, None], {"admin"}),
        ("admin", set()),
        (None, set()),
        ({"admin": True}, set()),
    ],
)
def test_roles_come_from_a_list_of_names_alone(value: Any, roles: set[str]) -> None:
    assert roles_from_claims({"https://x.test/roles": value}, "https://x.test/roles") == roles


def test_roles_without_a_claim_name_are_none() -> None:
    assert roles_from_claims({"": ["admin"]}, "") == frozenset()
