"""What of a sign-in's proof counts, by what was asked for and by what was on the account before."""

from accounts import conf
from accounts.auth0.claims import HadFactor, Proof
from accounts.auth0.judging import (
    judged,
    passkey_before,
    with_passkey,
    with_security_key,
    without_repeated_mfa,
)
from accounts.login.authorization_request import AuthorizationRequest
from accounts.signals import had_resistant, had_second_factor


def judge(asked: AuthorizationRequest | None, proof: Proof) -> Proof:
    """Leave of a proof what counts; an answer to no request of ours counts for the first factor alone."""
    if asked is None:
        return judged(proof, HadFactor.UNKNOWN)
    # The My Account API's own policy may ask for the second factor where we did not; only Auth0 has that API.
    if not (asked.acr_values or asked.grant):
        proof = without_repeated_mfa(proof, asked.began_at)
    return _with_resistant(asked, judged(proof, _had_factor(asked, proof)))


def _had_factor(asked: AuthorizationRequest, proof: Proof) -> HadFactor:
    """Say whether they had a second factor before: as known when it began, else by the list.

    Where none came that was asked for, the list is read for the page that follows: it says what to do.
    """
    if not (proof.has_mfa or asked.acr_values):
        return HadFactor.UNKNOWN
    if asked.had_factor is not HadFactor.UNKNOWN:
        return asked.had_factor
    return had_second_factor(proof.subject, asked.began_at)


def _with_resistant(asked: AuthorizationRequest, proof: Proof) -> Proof:
    """Count passkeys and keys that the list has from before; it is read where the tenant tells of one."""
    told = proof.told
    if told and told.security_key_at:
        had = had_resistant(proof.subject, asked.began_at).security_key
        proof = with_security_key(proof, had, asked.began_at)
    if told and told.passkey_at:
        before = passkey_before(told.passkey_at, asked.began_at)
        had = had_resistant(proof.subject, before).passkey
        proof = with_passkey(proof, had, asked.began_at, is_mfa=conf.passkey_is_mfa())
    return proof
