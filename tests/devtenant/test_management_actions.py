"""`/actions` of the Management API: drafts, builds, deployments, and the order of the bindings."""

import pytest
from auth0.management.core.api_error import ApiError

from tests.plugins.tenant_apis import TenantApis
from tests.support.tenant import Tenant

CODE = "exports.onExecutePostLogin = async (event, api) => {};"
TRIGGERS = [{"id": "post-login", "version": "v3"}]


def made(apis: TenantApis, name: str, code: str = CODE) -> str:
    """An Action that is built, by its id."""
    api = apis.management().actions
    created = api.create(
        name=name, supported_triggers=TRIGGERS, code=code, secrets=[{"name": "A", "value": "s3"}]
    )
    assert created.id
    api.get(created.id)
    return str(created.id)


def deployed(apis: TenantApis, name: str) -> str:
    action_id = made(apis, name)
    apis.management().actions.deploy(action_id)
    return action_id


def refusal(call: object) -> int:
    assert callable(call)
    with pytest.raises(ApiError) as caught:
        call()
    status = caught.value.status_code
    assert status is not None
    return status


def test_action_is_built_before_it_can_be_deployed(apis: TenantApis) -> None:
    api = apis.management().actions
    action = api.create(name="new", supported_triggers=TRIGGERS, code=CODE)
    assert action.id
    assert refusal(lambda: api.deploy(str(action.id))) == 400
    assert [api.get(action.id).status, api.get(action.id).status] == ["pending", "built"]
    version = api.deploy(action.id)
    assert (version.number, version.deployed, version.code) == (1, True, CODE)
    assert api.get(action.id).all_changes_deployed is True


def test_code_that_is_no_javascript_is_never_built(apis: TenantApis) -> None:
    broken = made(apis, "broken", "exports.onExecutePostLogin = async (")
    assert refusal(lambda: apis.management().actions.deploy(broken)) == 400


def test_changed_draft_waits_to_be_deployed(apis: TenantApis) -> None:
    api, action_id = apis.management().actions, deployed(apis, "changing")
    api.update(action_id, code=f"{CODE} // changed")
    found = api.get(action_id)
    assert found.all_changes_deployed is False
    assert found.deployed_version
    assert found.deployed_version.code == CODE


def test_secrets_are_named_and_never_shown(apis: TenantApis) -> None:
    found = apis.management().actions.get(made(apis, "secretive"))
    assert [secret.name for secret in found.secrets or []] == ["A"]
    assert "s3" not in found.model_dump_json()


def test_bindings_are_replaced_as_a_whole_and_keep_their_order(apis: TenantApis) -> None:
    api = apis.management().actions.triggers.bindings
    first, second = deployed(apis, "first"), deployed(apis, "second")
    refs = [{"ref": {"type": "action_id", "value": each}, "display_name": each} for each in (second, first)]
    api.update_many("post-login", bindings=refs)
    held = [each.action.name for each in api.list("post-login").items or [] if each.action]
    assert held == ["second", "first"]
    api.update_many("post-login", bindings=[{"ref": {"type": "action_name", "value": "first"}}])
    assert [each.action.name for each in api.list("post-login").items or [] if each.action] == ["first"]


def test_binding_keeps_its_id_when_it_is_named_by_it(apis: TenantApis) -> None:
    api = apis.management().actions.triggers.bindings
    deployed(apis, "kept")
    made_one = api.update_many("post-login", bindings=[{"ref": {"type": "action_name", "value": "kept"}}])
    (binding,) = made_one.bindings or []
    again = api.update_many(
        "post-login", bindings=[{"ref": {"type": "binding_id", "value": binding.id or ""}}]
    )
    assert [each.id for each in again.bindings or []] == [binding.id]


def test_action_that_is_not_deployed_or_not_there_is_not_bound(apis: TenantApis) -> None:
    api = apis.management().actions.triggers.bindings
    for ref in (
        {"type": "action_id", "value": made(apis, "draft")},
        {"type": "action_name", "value": "none"},
    ):
        assert refusal(lambda ref=ref: api.update_many("post-login", bindings=[{"ref": ref}])) == 400


def test_action_that_is_bound_is_deleted_by_force_alone(apis: TenantApis) -> None:
    api, action_id = apis.management().actions, deployed(apis, "bound")
    api.triggers.bindings.update_many(
        "post-login", bindings=[{"ref": {"type": "action_id", "value": action_id}}]
    )
    assert refusal(lambda: api.delete(action_id)) == 400
    api.delete(action_id, force=True)
    assert api.triggers.bindings.list("post-login").items == []
    assert refusal(lambda: api.get(action_id)) == 404


def test_name_is_taken_once(apis: TenantApis) -> None:
    made(apis, "one")
    assert refusal(lambda: made(apis, "one")) == 400


def test_list_finds_by_name(apis: TenantApis) -> None:
    made(apis, "findable")
    found = apis.management().actions.list(action_name="findable")
    assert [action.name for action in found.items or []] == ["findable"]


def test_actions_need_their_scopes(apis: TenantApis, tenant: Tenant) -> None:
    api = apis.management("read:actions").actions
    assert refusal(lambda: api.create(name="x", supported_triggers=TRIGGERS)) == 403
    assert refusal(apis.management("read:users").actions.list) == 403
