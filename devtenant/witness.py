"""What the tenant's log says of the browser behind an entry: address, browser, place."""

from __future__ import annotations

from typing import Any

from flask import has_request_context, request

from devtenant.current import store

MOBILE = ("Android", "iPhone", "iPad", "Mobile")


def seen() -> dict[str, Any]:
    """The members of a log entry that come from the request, with the place where its address is."""
    if not has_request_context():
        return {}
    agent, place = request.user_agent.string, store().settings.location
    about: dict[str, Any] = {"ip": request.remote_addr or "", "user_agent": agent}
    about["isMobile"] = any(mark in agent for mark in MOBILE)
    return about | ({"location_info": place} if place else {})
