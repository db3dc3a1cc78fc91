"""An app that scans the QR code, and tells the tenant by itself."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import ConfirmationMethod, Enrollment, Judgement, Proof
from enrollment.confirmation.qr import qr


class Scan(ConfirmationMethod):
    template = "scan.html"
    title = _("Scan with the app")
    sentence = _("Scan the QR code with the app. It tells the sign-in service by itself.")
    needs = frozenset({"barcode_uri"})
    waits = True

    def judge_refused(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        return Judgement.NOT_YET

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        return {"qr": qr(enrollment.barcode_uri)}


SCAN = Scan()
