"""Factors as people know them: kinds, grouping, strength, what may be removed; pure."""

from enrollment.factors.grouping import Factor, Method, factors_from, had_independent, has_second_factor
from enrollment.factors.kinds import FactorKind
from enrollment.factors.masking import mask_email, mask_phone
from enrollment.factors.protection import Level, Protection, Suggestion, protection
from enrollment.factors.removal import Mandate, Refusal, Removal, removal

__all__ = [
    "Factor",
    "FactorKind",
    "Level",
    "Mandate",
    "Method",
    "Protection",
    "Refusal",
    "Removal",
    "Suggestion",
    "factors_from",
    "had_independent",
    "has_second_factor",
    "mask_email",
    "mask_phone",
    "protection",
    "removal",
]
