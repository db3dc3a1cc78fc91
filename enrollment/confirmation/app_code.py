"""A code that an app computes from the secret it was given (RFC 6238 over RFC 4226)."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import pyotp
from django.utils.translation import gettext_lazy as _

from enrollment.confirmation.base import Enrollment, Judgement, Proof
from enrollment.confirmation.scan import qr
from enrollment.confirmation.typed_code import TypedCode

DIGESTS = ("sha1", "sha256", "sha512")
# The tenant takes the step before and the one after as well (RFC 6238, section 5.2, recommends it).
TOLERANCE = 1
# A code this far off is right by a clock that is wrong; any farther and it is a guess.
REACH = 10
# How far the tenant's clock and ours may be apart: as much as a sign-in may have (accounts.auth0.claims).
LEEWAY = timedelta(seconds=10)


@dataclass(frozen=True)
class Totp:
    """What an app was given."""

    key: bytes = field(repr=False)
    digest: str = "sha1"
    digits: int = 6
    period: int = 30

    @classmethod
    def from_uri(cls, uri: str) -> Self | None:
        """Read an `otpauth://totp/…` address; None where it cannot be read, and so nothing can be judged."""
        parts = urlsplit(uri)
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        digest = given.get("algorithm", "SHA1").lower()
        if (parts.scheme, parts.netloc) != ("otpauth", "totp") or digest not in DIGESTS:
            return None
        try:
            key = _unbase32(given["secret"])
            read = cls(key, digest, int(given.get("digits", "6")), int(given.get("period", "30")) or 30)
            read.at(0)  # raises for a key or a length that no app may have
            return read
        except (KeyError, ValueError, binascii.Error):
            return None

    def at(self, step: int) -> str:
        """Return the code of a time step."""
        return self._otp.generate_otp(step)

    @cached_property
    def _otp(self) -> pyotp.OTP:
        """Return the generator; raises `ValueError` for a key too short or an odd number of digits."""
        secret = base64.b32encode(self.key).decode()
        return pyotp.OTP(secret, digits=self.digits, digest=getattr(hashlib, self.digest))

    def judge(self, typed: str, now: datetime) -> Judgement:
        """Say whether the tenant might take a code. `POSSIBLE` wherever the two clocks leave a doubt."""
        first, last = self._step(now - LEEWAY) - TOLERANCE, self._step(now + LEEWAY) + TOLERANCE
        return self._compare(typed, first, last)

    def judge_refused(self, typed: str, now: datetime) -> Judgement:
        """Judge a code that the tenant did not take: of the steps in doubt, only this one is left."""
        return self._compare(typed, self._step(now), self._step(now))

    def _compare(self, typed: str, first: int, last: int) -> Judgement:
        matching = [
            step for step in range(first - REACH, last + REACH + 1) if _equal(self.at(max(0, step)), typed)
        ]
        if not matching:
            return Judgement.WRONG
        if any(first <= step <= last for step in matching):
            return Judgement.POSSIBLE
        return Judgement.BEHIND if matching[0] < first else Judgement.AHEAD

    def _step(self, moment: datetime) -> int:
        return int(moment.timestamp()) // self.period


def _unbase32(secret: str) -> bytes:
    letters = secret.replace(" ", "").rstrip("=").upper()
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def _equal(right: str, typed: str) -> bool:
    return hmac.compare_digest(right.encode(), typed.encode())


class AppCode(TypedCode):
    template = "app.html"
    title = _("Scan and type the code")
    sentence = _("Scan the QR code with your app, then type the six digits that it shows.")
    needs = frozenset({"barcode_uri"})

    def judge(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        judgement, app = super().judge(enrollment, proof, now), Totp.from_uri(enrollment.barcode_uri)
        return app.judge(proof.code, now) if app and judgement is Judgement.POSSIBLE else judgement

    def judge_refused(self, enrollment: Enrollment, proof: Proof, now: datetime) -> Judgement:
        """Blame the clock for a neighbouring step's code: it is what the app showed, and nobody mistyped."""
        app = Totp.from_uri(enrollment.barcode_uri)
        return app.judge_refused(proof.code, now) if app else Judgement.WRONG

    def context(self, enrollment: Enrollment, now: datetime) -> dict[str, Any]:
        uri = enrollment.barcode_uri
        # The address opens an app on the very phone that shows it; no other scheme does.
        link = uri if uri.startswith("otpauth:") else ""
        return {"qr": qr(uri), "groups": groups(key_of(enrollment)), "uri": link}


GROUP = 4


def key_of(enrollment: Enrollment) -> str:
    """Return the key to type by hand; Auth0 may leave it out, and then it is in the address."""
    if enrollment.manual_code:
        return enrollment.manual_code
    return parse_qs(urlsplit(enrollment.barcode_uri).query).get("secret", [""])[0]


def groups(key: str) -> list[str]:
    """Split for the eye; the groups are spaced by style, so that what is copied is the key itself."""
    return [key[start : start + GROUP] for start in range(0, len(key), GROUP)]


APP_CODE = AppCode()
