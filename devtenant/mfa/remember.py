"""Remembered browsers: thirty days, or seven without use, and never in place of a demanded step-up."""

from __future__ import annotations

import hmac
import secrets

from flask import Response, request

from devtenant.records import RememberedBrowser, User
from devtenant.store import Store

COOKIE = "devtenant_remember"
LIFE_SECONDS = 30 * 86400
IDLE_SECONDS = 7 * 86400


def recognised(store: Store, user: User) -> bool:
    """Whether this browser was remembered for this very person; using it keeps it."""
    browser = _find(user, request.cookies.get(COOKIE, ""))
    if browser is None or not _alive(browser, store.now()):
        return False
    browser.last_used_at = store.now()
    return True


def remember(store: Store, user: User, response: Response) -> None:
    """Give this browser a token of its own for this person."""
    now = store.now()
    browser = RememberedBrowser(secrets.token_urlsafe(24), now, now)
    with store.lock:
        alive = [each for each in user.remembered_browsers if _alive(each, now)]
        user.remembered_browsers = [*alive, browser]
    response.set_cookie(COOKIE, browser.token, max_age=LIFE_SECONDS, httponly=True, samesite="Lax")


def _find(user: User, token: str) -> RememberedBrowser | None:
    known = (b for b in user.remembered_browsers if hmac.compare_digest(b.token.encode(), token.encode()))
    return next(known, None)


def _alive(browser: RememberedBrowser, now: float) -> bool:
    return now - browser.created_at < LIFE_SECONDS and now - browser.last_used_at < IDLE_SECONDS
