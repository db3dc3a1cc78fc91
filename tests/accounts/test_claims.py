"""ID-token claims, and what they prove."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.auth0.claims import (
    AMR_LABELS,
    PAPE_MFA,
    ClaimsError,
    Misdated,
    clocks,
    method_label,
    misdated,
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


NOW = datetime.fromtimestamp(ISSUED, UTC)


def told(asked: int = 0, **times: Any) -> Misdated | None:
    """Judge a token; numbers are seconds from now, and so is when the sign-in was asked for."""
    said = {"iat": 0, "exp": 3600, **times}
    claims = {name: ISSUED + at if type(at) is int else at for name, at in said.items() if at is not None}
    return misdated(claims, NOW, NOW + timedelta(seconds=asked))


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ({}, None),
        ({"iat": 10}, None),
        ({"iat": 11}, Misdated.YET_TO_COME),
        ({"nbf": 10}, None),
        ({"nbf": 11}, Misdated.YET_TO_COME),
        ({"exp": -9}, None),
        ({"exp": -10}, Misdated.EXPIRED),
        ({"iat": -609, "asked": -620}, None),
        ({"iat": -610, "asked": -620}, Misdated.EXPIRED),
        ({"iat": -10}, None),
        ({"iat": -11}, Misdated.BEFORE_ASKED),
        ({"iat": -310, "asked": -300}, None),
        ({"iat": -311, "asked": -300}, Misdated.BEFORE_ASKED),
    ],
)
def test_times_of_a_token_are_judged_with_one_leeway(times: dict[str, Any], fault: Misdated | None) -> None:
    assert told(**times) is fault


@pytest.mark.parametrize("odd", ["1790000000", True, [], {}, float("nan"), float("inf"), 10**30, -(10**30)])
@pytest.mark.parametrize("name", ["iat", "nbf", "exp"])
def test_time_that_is_none_is_malformed(name: str, odd: Any) -> None:
    assert told(**{name: odd}) is Misdated.MALFORMED


@pytest.mark.parametrize("name", ["iat", "exp"])
def test_token_without_a_time_that_each_has_is_malformed(name: str) -> None:
    without: dict[str, Any] = {name: None}
    assert told(**without) is Misdated.MALFORMED


def test_clocks_are_named_side_by_side_and_what_is_no_time_is_not_quoted() -> None:
    said = clocks({"iat": ISSUED, "nbf": "call 555-0100"}, NOW + timedelta(seconds=60), NOW)
    assert said == (
        f"iat {NOW.isoformat()}, nbf None, exp None, auth_time None, "
        f"asked {NOW.isoformat()}, now {(NOW + timedelta(seconds=60)).isoformat()}"
    )


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
