"""The tenant's log, told as happenings: noise left out, a sign-in and its second factor as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from enrollment.factors.kinds import FactorKind
from enrollment.timeline.entries import TENANT, Act, Ending, Happening, LogEntry
from enrollment.timeline.types import MY_ACCOUNT, MY_ACCOUNT_FAILED, Type, type_of

# From passing the second factor to the end of the sign-in; pages about a recovery code may lie between.
SIGN_IN_TAKES = timedelta(minutes=3)
# What every browser says of itself first.
BROWSER = "Mozilla/"
# Other names that the log has for the kinds.
KINDS = {
    "otp": FactorKind.TOTP,
    "sms": FactorKind.PHONE,
    "voice": FactorKind.PHONE,
    "phone-number": FactorKind.PHONE,
    "push-notification": FactorKind.PUSH,
    "pn": FactorKind.PUSH,
}


@dataclass(frozen=True)
class _Noted:
    entry: LogEntry
    type: Type
    kind: FactorKind
    confirmed_with: FactorKind | None = None


def noted_by_tenant(entries: Iterable[LogEntry]) -> list[Happening]:
    """Tell what a person wants to know of their log, oldest first."""
    noted = [
        _Noted(entry, type_, kind_of(entry))
        for entry in {each.id: each for each in entries}.values()
        if (type_ := type_of(entry.type, entry.operation))
    ]
    return [_told(each) for each in _with_proofs(sorted(noted, key=_place))]


def _place(noted: _Noted) -> tuple[datetime, bool, str]:
    """By time; of the same moment, a sign-in comes after the proof that it was let in by."""
    return noted.entry.at, noted.type.act is Act.SIGNED_IN, noted.entry.id


def kind_of(entry: LogEntry) -> FactorKind:
    """Name the kind by the type that the log has, else by the method's id, which begins with it."""
    name = entry.factor_type or entry.factor_id.partition("|")[0]
    return KINDS.get(name) or FactorKind.of(name)


def _with_proofs(noted: Sequence[_Noted]) -> list[_Noted]:
    """Tell a second factor along with the sign-in of the same browser that it was passed for."""
    told: list[_Noted] = []
    for each in noted:
        if each.type.act is Act.SIGNED_IN:
            proofs = [one for one in told if one.type.act is Act.PROVED and _is_for(one.entry, each.entry)]
            told = [one for one in told if one not in proofs]
            told.append(_Noted(each.entry, each.type, each.kind, proofs[-1].kind if proofs else None))
        else:
            told.append(each)
    return told


def _is_for(proof: LogEntry, sign_in: LogEntry) -> bool:
    same_browser = (proof.ip, proof.user_agent) == (sign_in.ip, sign_in.user_agent)
    return same_browser and sign_in.at - proof.at <= SIGN_IN_TAKES


def _told(noted: _Noted) -> Happening:
    entry, kind = noted.entry, noted.kind
    # A site that calls the API is not where the person is, and would pass for a browser they do not know.
    by_server = entry.type in (MY_ACCOUNT, MY_ACCOUNT_FAILED) and not entry.user_agent.startswith(BROWSER)
    return Happening(
        key=f"{TENANT}:{entry.id}",
        at=entry.at,
        sentence=_sentence(noted),
        family=noted.type.family,
        act=noted.type.act,
        ending=Ending.FAILED if noted.type.failed else Ending.DONE,
        factor_kind="" if kind is FactorKind.UNKNOWN else kind.value,
        factor_id=entry.factor_id,
        ip=entry.ip,
        user_agent="" if by_server else entry.user_agent,
        place="" if by_server else entry.place,
    )


def _sentence(noted: _Noted) -> str:
    entry = noted.entry
    words = {
        "application": f"“{entry.application}”" if entry.application else _("a site or app"),
        "factor": _label(noted.kind),
        "type": entry.type,
    }
    sentence = str(noted.type.sentence) % words
    if noted.confirmed_with is not None:
        return _("%(signed_in)s, confirmed with %(factor)s") % {
            "signed_in": sentence,
            "factor": _label(noted.confirmed_with),
        }
    if noted.type.act is Act.SIGNED_IN and entry.with_mfa:
        return _("%(signed_in)s, confirmed with a second factor") % {"signed_in": sentence}
    return sentence


def _label(kind: FactorKind) -> str:
    return _("a second factor") if kind is FactorKind.UNKNOWN else str(kind.label)
