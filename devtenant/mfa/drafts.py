"""Methods on their way in: listed as not confirmed until the person has proved to hold them."""

from __future__ import annotations

from devtenant import methods as catalogue
from devtenant.mfa import journal
from devtenant.mfa.errors import MfaError
from devtenant.mfa.visits import Visit
from devtenant.records import Method


def digits(typed: str) -> str:
    """A code as people type it: with blanks or dashes."""
    return "".join(char for char in typed if char.isalnum())


def keep(visit: Visit, kind: str) -> Method:
    """Begin to enroll a method; an earlier unfinished one stays behind, as at Auth0."""
    draft = catalogue.new_method(visit.store, visit.user, kind)
    adopt(visit, draft)
    return draft


def adopt(visit: Visit, draft: Method) -> None:
    """Take a method that was made elsewhere into this visit."""
    draft.confirmed, draft.enrolled_at = False, None
    visit.user.methods.append(draft)
    visit.progress.draft_id = draft.id
    journal.note(visit, "gd_start_enroll", draft)


def of_type(visit: Visit, kind: str) -> Method | None:
    draft = visit.draft
    return draft if draft and draft.type == kind else None


def required(visit: Visit, kind: str) -> Method:
    """The draft of this type; there is none when the page is answered out of order."""
    draft = of_type(visit, kind)
    if draft is None:
        raise MfaError("This set-up is no longer open. Start it again.")
    return draft


def confirm(visit: Visit, draft: Method) -> Method:
    draft.confirmed, draft.enrolled_at = True, visit.store.now()
    return draft


def refuse_twice(visit: Visit, kind: str, address: str) -> None:
    """One number is one method: SMS and voice share it (Guardian's `enrollment_conflict`)."""
    taken = {m.phone_number or m.email for m in visit.user.methods if m.type == kind and m.confirmed}
    if address in taken:
        raise MfaError("This is set up on the account already.")
