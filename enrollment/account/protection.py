"""How well an account is protected, in words, and what would improve it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from enrollment.account.methods import Factor
from enrollment.account.sign_in import Demand, SignIn, passkeys
from enrollment.kinds.base import Kind
from enrollment.kinds.registry import advised


def safe_kinds() -> tuple[Kind, ...]:
    """Return the second factors to advise, best first: those whose codes do not travel."""
    return tuple(kind for kind in advised() if kind.second_factor and not kind.interceptable)


class Level(StrEnum):
    """Worst first. A factor protects where sign-in asks for it, and a weaker spare takes nothing away.

    `NOT_ASKED`: there is one, and the first factor alone may get in. `NOT_KNOWN`: nobody knows.
    """

    NONE = "none"
    NOT_ASKED = "not-asked"
    NOT_KNOWN = "not-known"
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


def protection(factors: Sequence[Factor], sign_in: SignIn) -> Protection:
    """Judge the factors of one account; most pressing suggestion first, none when all is well."""
    facts = _Facts(factors, sign_in)
    level = _level(facts)
    return Protection(level, _sentence(level, facts), _suggestions(facts))


class _Facts:
    """The few questions that level, sentence and suggestions all ask."""

    def __init__(self, factors: Sequence[Factor], sign_in: SignIn) -> None:
        self.demand = sign_in.demand
        self.second = sign_in.usable(factors)
        self.asked = sign_in.asks(factors)
        self.leaning = sign_in.leans(factors)
        self.resistant = any(factor.phishing_resistant for factor in self.second)
        self.all_resistant = all(factor.phishing_resistant for factor in self.second)
        self.all_interceptable = all(factor.interceptable for factor in self.second)
        # A kind that this site does not know may well be asked for.
        self.unknown = any(factor.kind.is_unknown for factor in factors)
        self.passkeys = passkeys(factors)
        self.password = sign_in.has_password(factors)
        self.passkey_only = sign_in.is_passkey_only(factors)
        self.recovery = sign_in.has_recovery_code(factors)
        self.spare = self.recovery or sum(factor.is_independent for factor in self.second) > 1
        # A second factor is none: it signs nobody in.
        self.spare_passkey = len(self.passkeys) > 1 or any(factor.synced for factor in self.passkeys)


def _level(facts: _Facts) -> Level:
    if facts.passkey_only:
        return Level.STRONG if facts.spare_passkey else Level.FAIR
    if not facts.second:
        return Level.NONE
    if not facts.asked:
        return Level.NOT_KNOWN if facts.demand is Demand.UNKNOWN and not facts.leaning else Level.NOT_ASKED
    if facts.all_interceptable:
        return Level.WEAK
    if not facts.spare:
        return Level.FAIR
    return Level.STRONG if facts.resistant else Level.GOOD


def _sentence(level: Level, facts: _Facts) -> str:
    if facts.passkey_only:
        return _by_passkey(facts)
    if level is Level.NONE:
        return _unprotected(facts)
    if level in (Level.NOT_ASKED, Level.NOT_KNOWN):
        return _not_asked(facts)
    return _asked(level, facts)


def _asked(level: Level, facts: _Facts) -> str:
    if level is Level.WEAK:
        return _("Sign-in asks for a second factor, but codes sent by phone or email can be intercepted.")
    if level is Level.FAIR:
        return _("Sign-in asks for a second factor, but there is no spare: losing it means losing access.")
    if level is Level.GOOD:
        return _(
            "Sign-in asks for a second factor, and there is a spare. A fake sign-in page could still ask for "
            "a code."
        )
    if facts.all_resistant:
        return _("Sign-in asks for a second factor that no fake page can use, and there is a spare.")
    return _(
        "Sign-in asks for a second factor, and one of them is phishing-resistant. A fake sign-in page could "
        "still ask for a code of the others."
    )


def _by_passkey(facts: _Facts) -> str:
    if facts.spare_passkey:
        return _("Signing in takes a passkey, which no fake page can use.")
    return _("Signing in takes a passkey, which no fake page can use. There is only one.")


def _not_asked(facts: _Facts) -> str:
    if facts.leaning:
        return _("Sign-in may not ask for the second factor: this kind works only beside another one.")
    if facts.demand is Demand.UNKNOWN:
        return _(
            "A second factor is set up, and this site asks for it before sensitive changes. Whether sign-in "
            "asks for it is not known."
        )
    if facts.demand is Demand.AT_RISK:
        return _("Sign-in asks for the second factor only if something looks unusual.")
    if facts.password:
        return _("Sign-in does not ask for the second factor: the password alone opens this account.")
    return _("Sign-in does not ask for the second factor: the usual sign-in alone opens this account.")


def _unprotected(facts: _Facts) -> str:
    if facts.unknown:
        return _("There is no second factor that this site knows.")
    if facts.demand is Demand.EVERYBODY:
        return _("There is no second factor yet. The next sign-in asks to set one up.")
    if facts.demand in (Demand.UNKNOWN, Demand.AT_RISK):
        return _("There is no second factor.")
    if facts.passkeys:
        return _("The passkey is phishing-resistant, but the password alone opens this account too.")
    if facts.password:
        return _("Only the password protects this account: whoever knows it gets in.")
    return _("Nothing but the usual sign-in protects this account: there is no second factor.")


def _suggestions(facts: _Facts) -> tuple[Suggestion, ...]:
    if facts.passkey_only:
        return _spare_passkeys(facts)
    if facts.leaning:
        alone = tuple(kind for kind in safe_kinds() if kind.asked_for_alone)
        return (Suggestion(Advice.ADD_SECOND_FACTOR, _why_second(facts), alone),)
    found: list[Suggestion] = []
    if facts.all_interceptable:
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


def _spare_passkeys(facts: _Facts) -> tuple[Suggestion, ...]:
    if facts.spare_passkey:
        return ()
    kinds = tuple({factor.kind: None for factor in facts.passkeys})
    sentence = _("Add a passkey on another device, so that losing one does not lock you out.")
    return (Suggestion(Advice.ADD_BACKUP, sentence, kinds),)


def _why_second(facts: _Facts) -> str:
    """Promise what adding one brings about here, and nothing about a password that is not there."""
    if facts.password and facts.demand in (Demand.EVERYBODY, Demand.HOLDERS):
        return _("Add a second factor, so that a stolen password is not enough.")
    return _("Add a second factor. This site asks for it before sensitive changes.")


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
    if facts.resistant or facts.all_interceptable:
        return []
    sentence = _("Add a security key or a fingerprint: they do not work on fake sign-in pages.")
    resistant = tuple(kind for kind in safe_kinds() if kind.phishing_resistant)
    return [Suggestion(Advice.ADD_PHISHING_RESISTANT, sentence, resistant)]
