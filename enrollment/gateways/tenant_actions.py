"""Post-login Actions through the Management API: read, written, deployed, and bound in an order."""

import time
from collections.abc import Sequence
from http import HTTPStatus

from auth0.management.types.action import Action
from auth0.management.types.action_binding import ActionBinding
from auth0.management.types.action_binding_with_ref import ActionBindingWithRef

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.actions.plan import Binding, TenantAction
from enrollment.gateways.management import ManagementGateway, all_items

TRIGGER = "post-login"
TRIGGERS = [{"id": TRIGGER, "version": "v3"}]
RUNTIME = "node22"
PAGE_SIZE = 50
# A draft takes some seconds to build, and cannot be deployed before; Auth0's own tool waits two minutes.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, MOST_WAITS = 0.1, 4.0, 20


class ActionsGateway(ManagementGateway):
    """Plain types in and out; secrets of Actions are neither read nor written."""

    def list_actions(self) -> list[TenantAction]:
        """Scope: read:actions."""
        pages = self.api.actions
        return self._read(
            lambda: [
                _action(each)
                for each in all_items(pages.list(trigger_id=TRIGGER, per_page=PAGE_SIZE), PAGE_SIZE)
            ]
        )

    def create(self, name: str, code: str) -> str:
        """Make a draft, and return its id. Scope: create:actions."""
        api = self.api.actions.with_raw_response
        made = self._change(
            HTTPStatus.CREATED,
            lambda: api.create(name=name, supported_triggers=TRIGGERS, code=code, runtime=RUNTIME),
        )
        if not made.id:
            raise TenantError(Problem.GARBAGE, Certainty.UNKNOWN)
        return str(made.id)

    def update(self, action_id: str, code: str) -> None:
        """Change a draft. Scope: update:actions."""
        api = self.api.actions.with_raw_response
        self._change(HTTPStatus.OK, lambda: api.update(action_id, code=code, runtime=RUNTIME))

    def deploy(self, action_id: str) -> None:
        """Let the draft run, once it is built. Scopes: read:actions, create:actions."""
        self._await_build(action_id)
        api = self.api.actions.with_raw_response
        self._change(HTTPStatus.ACCEPTED, lambda: api.deploy(action_id))

    def list_bindings(self) -> list[Binding]:
        """Scope: read:actions."""
        api = self.api.actions.triggers.bindings
        return self._read(
            lambda: [_binding(each) for each in all_items(api.list(TRIGGER, per_page=PAGE_SIZE), PAGE_SIZE)]
        )

    def set_bindings(self, bindings: Sequence[Binding]) -> None:
        """Replace the whole flow, which is the only way to change it. Scope: update:actions."""
        api = self.api.actions.triggers.bindings.with_raw_response
        refs = [_ref(binding) for binding in bindings]
        self._change(HTTPStatus.OK, lambda: api.update_many(TRIGGER, bindings=refs))

    def _await_build(self, action_id: str) -> None:
        wait = FIRST_WAIT_SECONDS
        for _ in range(MOST_WAITS):
            status = self._read(lambda: self.api.actions.get(action_id)).status
            if status == "built":
                return
            if status == "failed":
                raise TenantError(Problem.REJECTED)
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        raise TenantError(Problem.TIMEOUT)


def _action(found: Action) -> TenantAction:
    version = found.deployed_version
    return TenantAction(
        found.id or "",
        found.name or "",
        found.code or "",
        version.code if version else None,
        is_current=bool(found.all_changes_deployed),
    )


def _binding(found: ActionBinding) -> Binding:
    action = found.action
    return Binding(
        (action.id if action else "") or "",
        (action.name if action else "") or "",
        found.display_name or "",
        found.id or "",
    )


def _ref(binding: Binding) -> ActionBindingWithRef:
    """Name what is bound already by its place, so that it stays what it is."""
    kind, value = ("binding_id", binding.id) if binding.id else ("action_id", binding.action_id)
    return ActionBindingWithRef.model_validate(
        {"ref": {"type": kind, "value": value}, "display_name": binding.display_name or binding.name}
    )
