"""What somebody has to meet a requirement with: whether a step-up can succeed, and what it has to ask for."""

from enum import StrEnum
from typing import NamedTuple

from accounts import conf
from accounts.auth0.claims import HadFactor
from accounts.signals import had_resistant, had_second_factor, somebody_keeps_a_list
from accounts.step_up.requirement import Requirement


class Obstacle(StrEnum):
    """Why the trip to the tenant would prove nothing."""

    NO_SECOND_FACTOR = "no_second_factor"
    NOTHING_RESISTANT = "nothing_resistant"
    CANNOT_TELL = "cannot_tell"


class Means(NamedTuple):
    """Which factors are on the account, as far as that is known."""

    second_factor: HadFactor = HadFactor.UNKNOWN
    passkey: HadFactor = HadFactor.UNKNOWN
    security_key: HadFactor = HadFactor.UNKNOWN


def means_of(subject: str | None, *, may_call: bool) -> Means:
    """Ask whoever keeps the list; one call at most, and none without `may_call`."""
    if not subject:
        return Means()
    second_factor = had_second_factor(subject, may_call=may_call)
    if not somebody_keeps_a_list():
        return Means(second_factor)
    return Means(second_factor, *had_resistant(subject, may_call=may_call))


def obstacle(requirement: Requirement, means: Means) -> Obstacle | None:
    """Say why nothing that this person has can meet it, where that is known."""
    if requirement.phishing_resistant_within is not None:
        if not conf.methods_claim():
            return Obstacle.CANNOT_TELL
        if means.passkey is means.security_key is HadFactor.NO:
            return Obstacle.NOTHING_RESISTANT
    if requirement.mfa_within is None or means.second_factor is not HadFactor.NO:
        return None
    return None if _stands_in(means) else Obstacle.NO_SECOND_FACTOR


def asks_first_factor(requirement: Requirement, means: Means) -> bool:
    """Whether they have to sign in again, since nobody is asked for a passkey in any other way.

    Where it is not known what they have, they are asked: with a key they can still answer.
    """
    if requirement.phishing_resistant_within is not None:
        return means.security_key is not HadFactor.YES
    return requirement.mfa_within is not None and means.second_factor is HadFactor.NO and _stands_in(means)


def may_switch(requirement: Requirement, means: Means) -> bool:
    """Whether they are asked for a key, and could sign in with a passkey in its place."""
    has_both = means.passkey is means.security_key is HadFactor.YES
    return has_both and requirement.phishing_resistant_within is not None


def shows_passkey(requirement: Requirement, means: Means) -> bool:
    """Whether a passkey is known to be all that they can answer with."""
    is_all = means.passkey is HadFactor.YES and means.security_key is HadFactor.NO
    return is_all and asks_first_factor(requirement, means)


def _stands_in(means: Means) -> bool:
    """Whether a passkey may stand in for the second factor."""
    return bool(conf.passkey_is_mfa() and conf.methods_claim()) and means.passkey is not HadFactor.NO
