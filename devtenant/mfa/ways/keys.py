"""Security keys and this device's own unlocking, by a real WebAuthn ceremony in the browser."""

from __future__ import annotations

import json
from typing import Any

from devtenant import webauthn
from devtenant.mfa import journal
from devtenant.mfa.errors import MfaError, WrongCodeError
from devtenant.mfa.kinds import Kind
from devtenant.mfa.options import Option
from devtenant.mfa.visits import Visit
from devtenant.mfa.ways.base import Form, Way
from devtenant.records import Method

NAME_LENGTH = 20


class Keys(Way):
    """The page runs the ceremony and posts its answer as JSON; a challenge is good for one answer."""

    limit = "webauthn"
    challenge_page = "mfa/challenge_key.html"
    enroll_page = "mfa/enroll_key.html"

    def check(self, visit: Visit, option: Option, form: Form) -> Method | None:
        challenge = _take_challenge(visit)
        credential = _credential(visit, form, "gd_webauthn_challenge_failed")
        method = next((m for m in option.methods if m.key_id == credential.get("id")), None)
        if method is None:
            raise WrongCodeError("This key is not one of yours here.")
        try:
            webauthn.verify_authentication(visit.store, method, credential, challenge)
        except webauthn.CeremonyError as error:
            raise WrongCodeError(str(error)) from error
        return method

    def confirm(self, visit: Visit, kind: Kind, form: Form) -> Method:
        challenge = _take_challenge(visit)
        credential = _credential(visit, form, "gd_webauthn_enrollment_failed")
        try:
            method = webauthn.verify_registration(visit.store, visit.user, kind.name, credential, challenge)
        except webauthn.CeremonyError as error:
            raise MfaError(str(error)) from error
        method.name = form.get("name", "").strip()[:NAME_LENGTH] or kind.label
        visit.user.methods.append(method)
        return method

    def challenge_context(self, visit: Visit, option: Option) -> dict[str, Any]:
        options = webauthn.authentication_options(list(option.methods))
        visit.progress.challenge = options["challenge"]
        return {"ceremony": options}

    def enroll_context(self, visit: Visit, kind: Kind) -> dict[str, Any]:
        options = webauthn.registration_options(visit.store, visit.user, kind.name)
        visit.progress.challenge = options["challenge"]
        return {"ceremony": options, "name_length": NAME_LENGTH}


def _take_challenge(visit: Visit) -> str:
    challenge, visit.progress.challenge = visit.progress.challenge, None
    if challenge is None:
        raise MfaError("This page was answered already. Try again.")
    return challenge


def _credential(visit: Visit, form: Form, failure: str) -> dict[str, Any]:
    """What the browser got from the authenticator; `problem` says why it got nothing."""
    if problem := form.get("problem"):
        journal.note(visit, failure, failure_details={"errorCode": "webauthn", "message": problem[:200]})
        raise MfaError(problem[:200])
    try:
        credential = json.loads(form.get("credential", ""))
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise MfaError("The browser sent no key. JavaScript has to be on for this method.")
    return credential
