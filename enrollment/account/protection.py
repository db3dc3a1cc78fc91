"""How well an account is protected, in words, and what would improve it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from enrollment.account.methods import Factor
from enrollment.kinds.base import Kind, Role
from enrollment.kinds.registry import advised


def safe_kinds() -> tuple[Kind, ...]:
    """Return the second factors to advise, best first: those whose codes do not travel."""
    return tuple(kind for kind in advised() if kind.second_factor and not kind.interceptable)


class Level(StrEnum):
    """Worst first. An attacker picks the weakest door, so the weakest second factor caps the level."""

    NONE = "none"
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"


class Advice(StrEnum):
    ADD_SECOND_FACTOR = "add-second-factor"
    ADD_STRONGER = "add-stronger"
    ADD_BACKUP = "add-backup"
    MAKE_RECOVERY_CODE = "make-recovery-code"
    ADD_PHISHING_RESISTANT = "add-phishing-resistant"
    REMOVE_WEAKEST = "remove-weakest"


@dataclass(frozen=True)
class Suggestion:
    """One improvement: a stable code, a sentence, and the kinds that would do it, best first."""

    code: Advice
    sentence: str
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Protection:
    level: Level
    sentence: str
    suggestions: tuple[Suggestion, ...]


def protection(factors: Sequence[Factor]) -> Protection:
    """Judge the factors of one account; most pressing suggestion first, none when all is well."""
    level = _level(_Facts(factors))
    return Protection(level, _sentence(level, _Facts(factors)), _suggestions(_Facts(factors)))


class _Facts:
    """The few questions that level, sentence and suggestions all ask."""

    def __init__(self, factors: Sequence[Factor]) -> None:
        roles = {factor.kind.role for factor in factors}
        self.second = [factor for factor in factors if factor.is_second_factor]
        self.independent = [factor for factor in self.second if factor.is_independent]
        self.resistant = any(factor.phishing_resistant for factor in self.second)
        self.all_resistant = self.resistant and all(factor.phishing_resistant for factor in self.second)
        self.interceptable = [f for f in self.second if f.interceptable]
        self.passkey = Role.PASSWORDLESS in roles
        self.password = Role.PASSWORD in roles
        self.recovery = Role.RECOVERY in roles
        self.spare = self.recovery or len(self.independent) > 1


def _level(facts: _Facts) -> Level:
    if not facts.second:
        return Level.NONE
    if len(facts.interceptable) == len(facts.second):
        return Level.WEAK
    if facts.interceptable or not facts.spare:
        return Level.FAIR
    return Level.STRONG if facts.all_resistant else Level.GOOD


def _sentence(level: Level, facts: _Facts) -> str:
    if level is Level.NONE:
        return _unprotected(facts)
    if level is Level.WEAK:
        return _weak(facts)
    if level is Level.FAIR and facts.interceptable:
        return _(
            "The second step is good, but codes by phone or e-mail are accepted too, and can be intercepted."
        )
    if level is Level.FAIR:
        return _(
            "A second step protects this account, but there is no spare one: losing it means losing access."
        )
    if level is Level.GOOD:
        return _(
            "A second step and a spare protect this account; a fake sign-in page could still ask for a code."
        )
    return _("This account is protected against stolen passwords and against fake sign-in pages.")


def _weak(facts: _Facts) -> str:
    if facts.independent:
        return _("A second step protects this account, but codes sent by phone or e-mail can be intercepted.")
    return _(
        "The only second step is a code by e-mail, and the sign-in service may not ask for it where "
        "there is no other."
    )


def _unprotected(facts: _Facts) -> str:
    if facts.passkey and facts.password:
        return _(
            "The passkey is safe against fake sign-in pages, but the password alone opens this account too."
        )
    if facts.passkey:
        return _(
            "A passkey opens this account and no fake sign-in page can take it; nothing is asked for besides."
        )
    if facts.password:
        return _("Only the password protects this account: whoever knows it gets in.")
    return _("Nothing but the usual sign-in protects this account: there is no second step.")


def _suggestions(facts: _Facts) -> tuple[Suggestion, ...]:
    found: list[Suggestion] = []
    if not facts.second:
        found.append(
            Suggestion(
                Advice.ADD_SECOND_FACTOR,
                _("Add a second step, so that a stolen password is not enough."),
                safe_kinds(),
            )
        )
        return tuple(found)
    if len(facts.interceptable) == len(facts.second):
        found.append(
            Suggestion(
                Advice.ADD_STRONGER,
                _("Add an authenticator app or a security key; they cannot be intercepted on the way."),
                safe_kinds(),
            )
        )
    found.extend(_spares(facts))
    found.extend(_refinements(facts))
    return tuple(found)


def _spares(facts: _Facts) -> list[Suggestion]:
    """A way back in: a recovery code always, another factor where nothing else is a spare."""
    if facts.recovery:
        return []
    code = Suggestion(
        Advice.MAKE_RECOVERY_CODE, _("Make a recovery code and keep it where only you can find it.")
    )
    if facts.spare:
        return [code]
    backup = _("Add one more factor as a spare, so that losing one does not lock you out.")
    return [code, Suggestion(Advice.ADD_BACKUP, backup, safe_kinds())]


def _refinements(facts: _Facts) -> list[Suggestion]:
    if not facts.resistant and len(facts.interceptable) < len(facts.second):
        sentence = _("Add a security key or a fingerprint: they do not work on fake sign-in pages.")
        resistant = tuple(kind for kind in safe_kinds() if kind.phishing_resistant)
        return [Suggestion(Advice.ADD_PHISHING_RESISTANT, sentence, resistant)]
    if facts.resistant and facts.interceptable and facts.spare:
        sentence = _("Remove the phone or e-mail factor, so that nobody can choose the weaker way.")
        return [Suggestion(Advice.REMOVE_WEAKEST, sentence)]
    return []
