"""What of a proof counts: which second factor was asked for, and what was on the account before."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.auth0.claims import CLOCK_LEEWAY, HadFactor, Proof

# How long after the first factor a sign-in that asked for no second one is believed to have had it.
UNASKED_MFA_WITHIN = timedelta(minutes=5)
# How long somebody may take at the tenant's pages, which may have them make a passkey there.
LONGEST_TRIP = timedelta(hours=1)


def without_repeated_mfa(proof: Proof, began_at: datetime) -> Proof:
    """Let a second factor that nobody asked for count only right after the first one, or by its own time.

    Other OpenID providers repeat `amr` in each token of a session: without this, a sign-in of today would
    renew the second factor of yesterday. Where the tenant tells the time of one that was passed on this trip,
    it counts from then on.
    """
    login_at, told_at = proof.login_at, proof.told.second_factor_at if proof.told else None
    if login_at is not None and proof.issued_at - login_at <= UNASKED_MFA_WITHIN:
        return proof
    if proof.has_mfa and told_at is not None and is_of_trip(told_at, began_at):
        return replace(proof, mfa_at=min(told_at, proof.issued_at))
    return replace(proof, has_mfa=False)


def judged(proof: Proof, had: HadFactor) -> Proof:
    """Let a second factor count only where there was one before it began; not known is not there.

    The tenant's prompt has whoever has none enroll one, and says `mfa` all the same: a stolen password, or a
    sign-in of hours ago, would be all that it takes.
    """
    if not proof.has_mfa or had is HadFactor.YES:
        return proof
    return replace(proof, has_mfa=False, doubt=had)


def with_passkey(proof: Proof, had: HadFactor, began_at: datetime, *, is_mfa: bool) -> Proof:
    """Let a passkey count from when it was used, where it was on the account before (`passkey_before`).

    One made on the way here proves nothing: a stolen password would be all that it takes.
    """
    used_at = proof.told.passkey_at if proof.told else None
    if used_at is None:
        return proof
    if had is HadFactor.YES:
        return replace(proof, passkey_at=min(used_at, proof.issued_at), passkey_is_mfa=is_mfa)
    is_news = is_of_trip(used_at, began_at) and not proof.has_mfa and not proof.doubt
    return replace(proof, doubt=had) if is_news else proof


def with_security_key(proof: Proof, had: HadFactor, began_at: datetime) -> Proof:
    """Let a key that was the second factor of this trip count, where there was one before it began.

    It counts where the second factor does and nowhere else: what opens to a key opens to a second factor.
    """
    used_at = proof.told.security_key_at if proof.told else None
    if used_at is None or had is not HadFactor.YES or not (proof.has_mfa and is_of_trip(used_at, began_at)):
        return proof
    return replace(proof, security_key_at=min(used_at, proof.issued_at))


def passkey_before(used_at: datetime, began_at: datetime) -> datetime:
    """Say before when a passkey must have been there: for one used earlier, before any trip that made it."""
    return began_at if is_of_trip(used_at, began_at) else used_at - LONGEST_TRIP


def is_of_trip(moment: datetime, began_at: datetime) -> bool:
    return moment >= began_at - CLOCK_LEEWAY
