"""The post-login flow of one sign-in: Action after Action, with a pause wherever one asks for a factor."""

from __future__ import annotations

from typing import Any

from devtenant.actions import event, execution
from devtenant.actions.execution import ActionError
from devtenant.mfa import kinds, options
from devtenant.records import ActionFlow, CustomClaims, Session, Transaction, User
from devtenant.store import Store

MOST_PROMPTS = 4
PROMPTS = ("challenge", "enroll")


class DeniedError(Exception):
    """An Action denied the sign-in; the text is its reason."""


def proceed(store: Store, tx: Transaction, user: User, session: Session) -> None:
    """Run what has not run yet, up to the next factor that is asked for. Raises when the sign-in is over."""
    flow, actions = tx.flow, execution.bound(store)
    if store.risk:
        flow.risk, store.risk = store.risk, None
    while not _waiting(store, tx, user) and flow.position < len(actions):
        action, flow.position = actions[flow.position], flow.position + 1
        about = event.of_login(store, user, session, tx)
        for command in execution.run(store, action, about):
            _take(store, flow, command)


def _take(store: Store, flow: ActionFlow, command: dict[str, Any]) -> None:
    kind = command["kind"]
    if kind == "deny":
        raise DeniedError(command["reason"])
    if kind == "enable":
        flow.enabled = command
    elif kind not in PROMPTS:
        note(flow.claims, command)
    elif store.settings.customize_mfa_in_postlogin_action:
        flow.prompts += 1
        if flow.prompts > MOST_PROMPTS:
            raise ActionError(f"An Action may ask for no more than {MOST_PROMPTS} factors")
        flow.waiting.append(command)


def note(claims: CustomClaims, command: dict[str, Any]) -> None:
    """Put a claim, or a change of the scopes, beside those of earlier Actions; the last one stands."""
    kind = command["kind"]
    if kind == "id-claim":
        claims.id_token[command["name"]] = command["value"]
    elif kind == "access-claim":
        claims.access_token[command["name"]] = command["value"]
    elif kind == "add-scope":
        claims.added_scopes.append(command["scope"])
    else:
        claims.removed_scopes.append(command["scope"])


def _waiting(store: Store, tx: Transaction, user: User) -> bool:
    """Whether a factor has to be shown now; what was shown already in this transaction is not asked twice."""
    waiting = tx.flow.waiting
    while waiting:
        types = types_of(waiting[0])
        if tx.flow.proved & types:
            waiting.pop(0)
            tx.flow.is_challenged = True
        elif _usable(store, user, waiting[0], types):
            return True
        else:
            store.log("mfar", "MFA required, and no factor can be used", user_id=user.user_id)
            raise DeniedError("Multifactor authentication required")
    return False


def _usable(store: Store, user: User, command: dict[str, Any], types: set[str]) -> bool:
    enrolled = {option.kind.action_type for option in options.answers(store, user)}
    if command["kind"] == "challenge":
        return bool(enrolled & types)
    on = {kind.action_type for kind in kinds.ALL if options.enabled(store, kind)}
    return bool((types & on) - enrolled)


def types_of(command: dict[str, Any]) -> set[str]:
    """The factors that a challenge or an enrollment names."""
    return {factor["type"] for factor in command["factors"]}
