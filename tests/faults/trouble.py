"""Puts the trouble of a case in the way of whoever acts, and takes it away again."""

import threading
from collections.abc import Callable

from tests.faults.cases import Case
from tests.faults.faults import FAULTS, FaultName, KillPoint, MailFault
from tests.faults.lane import Lane
from tests.faults.mail import LostClientError, NotNowError
from tests.faults.proxy import Exchange


class Trouble:
    """One case in one lane; `address` is that of the email it is about, `kill` ends whoever acts."""

    def __init__(self, lane: Lane, case: Case, address: str, kill: Callable[[], None]) -> None:
        self.lane, self.case, self.address, self._kill = lane, case, address, kill
        self.killed = threading.Event()

    def begin(self) -> None:
        case, proxy = self.case, self.lane.proxy
        proxy.watch()
        if case.trouble in list(MailFault):
            self._spoil_mail(MailFault(case.trouble))
        elif case.trouble == KillPoint.UNSENT:
            self.lane.mail.before = self._kill_mailing
        elif case.trouble == KillPoint.SENT:
            self.lane.mail.after = self._kill_mailing
        elif case.trouble == FaultName.REFUSED:
            proxy.refuse_after(case.position)
        elif case.call is not None:
            proxy.arm(case.call, case.skip, self._fault())

    def end(self) -> None:
        self.lane.proxy.disarm()
        self.lane.mail.behave()

    def kill(self) -> None:
        self._kill()
        self.killed.set()

    # The mail server

    def _spoil_mail(self, fault: MailFault) -> None:
        mail = self.lane.mail
        if fault is MailFault.DOWN:
            mail.close()
        elif fault is MailFault.HANGS:
            mail.hangs = True
        else:
            mail.before = self._refuse_email

    def _refuse_email(self, address: str) -> None:
        if address == self.address:
            raise NotNowError

    def _kill_mailing(self, address: str) -> None:
        if address == self.address:
            self.kill()
            raise LostClientError

    # The tenant

    def _fault(self) -> Callable[[Exchange], None]:
        kills: dict[str, Callable[[Exchange], None]] = {
            KillPoint.BEFORE: self._kill_before,
            KillPoint.AFTER: self._kill_after,
            KillPoint.UNSETTLED: self._kill_unsettled,
        }
        return kills.get(self.case.trouble) or FAULTS[FaultName(self.case.trouble)]

    def _kill_before(self, exchange: Exchange) -> None:
        self.kill()
        exchange.drop()

    def _kill_after(self, exchange: Exchange) -> None:
        exchange.forward()
        self.kill()
        exchange.drop()

    def _kill_unsettled(self, exchange: Exchange) -> None:
        answer = exchange.forward()
        with self.lane.database.trail_held() as until_it_writes:
            exchange.send(answer)
            until_it_writes()
            self.kill()
