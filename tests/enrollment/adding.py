"""Somebody who adds a factor on the site's pages, without JavaScript, and answers as app and phone would."""

import json
import re
from typing import Any
from urllib.parse import quote

import pyotp

from enrollment.models.pending_enrollment import PendingEnrollment
from tests.enrollment.reading import SECURITY
from tests.support.person import Person
from tests.support.softauthn import SoftAuthenticator

COLLECTION = "POST /me/v1/authentication-methods"
VERIFY = f"{COLLECTION}/*/verify"
NUMBER, ADDRESS = "+12015550123", "spare@example.test"
CONFIRMS = {
    "totp": "Add this app",
    "phone": "Add this phone",
    "email": "Add this address",
    "push": "I have scanned it",
}
STEP = re.compile(r"^/account/security/add/[a-z-]+/[0-9a-f-]{36}/$")


def add(kind: str) -> str:
    return f"{SECURITY}add/{kind}/"


class Adder:
    """A person at the pages of one kind; `step` is the last page seen."""

    def __init__(self, who: Person, kind: str) -> None:
        self.who, self.kind = who, kind
        self.key = SoftAuthenticator("http://localhost:8000")
        self.step: Any = None

    # On the site

    def open(self) -> Any:
        """See the page of the kind, proving what it takes."""
        self.step = self.who.open(add(self.kind))
        return self.step

    def give(self, **values: str) -> Any:
        """Send what the page asks for; the answer is the POST's own."""
        return self.who.submit(self.step, to_path=add(self.kind), **(self.typed() | values))

    def begin(self, **values: str) -> Any:
        """Open the page, send it, and come to the step that proves the factor."""
        self.open()
        self.step = self.who.follow(self.give(**values))
        return self.step

    def confirm(self, code: str | None = None, **values: str) -> Any:
        """Prove the factor; the answer is the POST's own."""
        if self.kind == "passkey":
            return self.who.client.post(self.path, {"credential": json.dumps(self.credential()), **values})
        given = {} if self.kind == "push" else {"code": self.code() if code is None else code}
        return self.who.press(self.step, CONFIRMS[self.kind], **given, **values)

    def add(self) -> Any:
        """Add it, up to the page that says so."""
        self.begin()
        if self.kind == "push":
            self.scan()
        answer = self.confirm()
        if answer.status_code == 200:  # the recovery code
            answer = self.who.press(answer, "I have saved it where I will find it")
        return self.who.follow(answer)

    def typed(self) -> dict[str, str]:
        return {"phone": {"number": NUMBER}, "email": {"email": ADDRESS}}.get(self.kind, {})

    @property
    def path(self) -> str:
        path: str = self.step.request["PATH_INFO"]
        assert STEP.match(path), path
        return path

    @property
    def row(self) -> PendingEnrollment:
        """The latest enrollment of this kind."""
        found = PendingEnrollment.objects.filter(
            subject__social_auth__uid=self.who.account.sub, kind=self.kind
        ).first()
        assert found
        return found

    # Away from the site

    def methods(self, *, confirmed: bool = True) -> list[str]:
        """Types of what the tenant has of this person."""
        methods = self.who.tenant.user(self.who.account)["methods"]
        return [method["type"] for method in methods if method["confirmed"] is confirmed]

    def method(self) -> dict[str, Any]:
        """The newest method of this kind that the tenant has."""
        methods = self.who.tenant.user(self.who.account)["methods"]
        found: dict[str, Any] = [method for method in methods if method["type"] == self.kind][-1]
        return found

    def code(self) -> str:
        if self.kind == "totp":
            return self.app.now()
        return str(self.who.tenant.messages()[-1]["code"])

    @property
    def app(self) -> pyotp.TOTP:
        return pyotp.TOTP(self.method()["secret"])

    def scan(self) -> None:
        self.who.tenant.control(f"push/{quote(self.method()['id'], safe='')}/scan", {})

    def credential(self) -> dict[str, Any]:
        """What an authenticator makes of the page's question."""
        found = re.search(
            r'<script id="passkey-options" type="application/json">(.*?)</script>', self.step.content.decode()
        )
        assert found
        credential: dict[str, Any] = self.key.create(json.loads(found[1]))
        return credential
