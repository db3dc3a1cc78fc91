"""Which troubles there are at which of a change's calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.faults import FaultName, KillPoint, MailFault
from tests.faults.proxy import Call

MAIL_TROUBLES = (*MailFault, KillPoint.UNSENT, KillPoint.SENT)
AT_WRITES = (*FaultName, KillPoint.BEFORE, KillPoint.AFTER, KillPoint.UNSETTLED)
AT_READS = tuple(fault for fault in FaultName if fault is not FaultName.LATE)
AT_READS_AGAIN = (FaultName.REFUSED, FaultName.ERROR, FaultName.GARBAGE)


@dataclass(frozen=True)
class Case:
    """One trouble at one call, or with the email: the `skip`th of its route, the `position`th of all."""

    trouble: str
    call: Call | None = None
    skip: int = 0
    position: int = 0

    @property
    def kills(self) -> bool:
        return self.trouble in list(KillPoint)

    @property
    def mails(self) -> bool:
        return self.trouble in list(MailFault)


def cases_of(calls: Sequence[Call], driven: set[Call], *, mails: bool, is_short: bool) -> Iterator[Case]:
    """Every trouble that makes a difference, at each of these calls; in short, at the last one alone.

    What only reads fails in every way for one change, and in a few for those after it: `driven` gathers it.
    """
    for position, call in enumerate(calls):
        if position == len(calls) - 1 or not is_short:
            troubles = AT_WRITES if call.is_write else AT_READS_AGAIN if call in driven else AT_READS
            yield from (Case(trouble, call, calls[:position].count(call), position) for trouble in troubles)
    driven.update(calls)
    if mails:
        yield from (Case(trouble) for trouble in MAIL_TROUBLES)
