"""`mfa_actions` against the local tenant: what it compares, deploys, binds, and leaves alone."""

import pytest

from enrollment.actions.files import BY_KEY, RECOMMENDED
from enrollment.management.errors import Exit
from enrollment.models.activity import ActivityEvent
from tests.enrollment.console import Run, run, run_at_terminal
from tests.support.tenant import Tenant

pytestmark = pytest.mark.django_db
WHY = ("--reason", "Roll-out")
SURE = (*WHY, "--yes")
NAME = "account-security-{}".format


@pytest.fixture(autouse=True)
def _fresh_flow(tenant: Tenant) -> None:
    """Nothing is bound, and one Action of somebody else's is there."""
    tenant.run_action("exports.onExecutePostLogin = async () => {};")


def states(ended: Run) -> dict[str, str]:
    return {each["name"]: each["state"] for each in ended.json["actions"]}


def flow(tenant: Tenant) -> list[str]:
    bound: list[str] = tenant.read("actions")["bindings"]
    return bound


def rows() -> list[tuple[str, str, str]]:
    return [(row.action, row.outcome, row.factor_name) for row in ActivityEvent.objects.order_by("pk")]


def test_list_tells_what_is_there_and_what_runs(tenant: Tenant) -> None:
    listed = run("mfa_actions", "list", "--json")
    assert states(listed) == {
        "risk": "missing",
        "sign-in": "missing",
        "step-up": "current",
        "first-enrollment": "missing",
        "claims": "current",
    }
    assert {each["name"] for each in listed.json["actions"] if each["recommended"]} == set(RECOMMENDED)
    assert not any(each["bound"] for each in listed.json["actions"])
    assert "sign-in\tnot there\t\tyes\t" in run("mfa_actions", "list").out


def test_deploy_brings_what_is_missing_and_nothing_twice(tenant: Tenant) -> None:
    first = run("mfa_actions", "deploy", "--json", *SURE)
    assert {each["name"]: each["changed"] for each in first.json["results"]} == {
        "sign-in": True,
        "step-up": False,
        "claims": False,
    }
    again = run("mfa_actions", "deploy", "--json", *SURE)
    assert not any(each["changed"] for each in again.json["results"])
    assert flow(tenant) == ["test"]
    assert rows() == [("tenant:actions-changed", "done", "sign-in: deploy")]


def test_deploy_says_what_it_would_do_and_does_nothing_on_a_no(
    monkeypatch: pytest.MonkeyPatch, tenant: Tenant
) -> None:
    ended = run_at_terminal(monkeypatch, "mfa_actions", "deploy", *WHY, answer="no")
    assert "Deploy sign-in (not there): " in ended.aside
    assert "claims" not in ended.aside
    assert (ended.status, rows()) == (Exit.REFUSED, [])
    assert states(run("mfa_actions", "list", "--json"))["sign-in"] == "missing"


def test_setting_that_changed_shows_as_a_difference_and_is_deployed(tenant: Tenant, settings: object) -> None:
    settings.AUTH0_ROLES_CLAIM = "https://elsewhere.example/roles"  # type: ignore[attr-defined]
    assert states(run("mfa_actions", "list", "--json"))["claims"] == "different"
    diff = run("mfa_actions", "diff", "claims").out
    assert '-const ROLES_CLAIM = "https://mfaproject.example/roles";' in diff
    assert '+const ROLES_CLAIM = "https://elsewhere.example/roles";' in diff
    run("mfa_actions", "deploy", "claims", *SURE)
    assert states(run("mfa_actions", "list", "--json"))["claims"] == "current"
    assert run("mfa_actions", "diff", "claims").out == ""


def test_name_of_the_methods_claim_is_deployed(settings: object) -> None:
    settings.AUTH0_METHODS_CLAIM = "https://site.example/methods"  # type: ignore[attr-defined]
    assert (
        '+const METHODS_CLAIM = "https://site.example/methods";' in run("mfa_actions", "diff", "claims").out
    )


def test_bind_keeps_what_others_have_bound(tenant: Tenant) -> None:
    run("mfa_actions", "deploy", *SURE)
    ended = run("mfa_actions", "bind", *SURE)
    assert ended.status == 0
    assert flow(tenant) == ["test", NAME("sign-in"), NAME("step-up"), NAME("claims")]
    again = run("mfa_actions", "bind", "--json", *SURE)
    assert again.json["results"][0]["changed"] == []
    assert flow(tenant) == ["test", NAME("sign-in"), NAME("step-up"), NAME("claims")]
    assert rows()[-1] == ("tenant:actions-changed", "done", "sign-in, step-up, claims: bind")


def test_unbind_takes_out_no_more_than_is_named(tenant: Tenant) -> None:
    run("mfa_actions", "bind", "step-up", "claims", *SURE)
    run("mfa_actions", "unbind", "step-up", *SURE)
    assert flow(tenant) == ["test", NAME("claims")]


def test_bind_of_what_is_not_deployed_is_refused_and_changes_nothing(tenant: Tenant) -> None:
    ended = run("mfa_actions", "bind", *SURE)
    assert ended.status == Exit.REFUSED
    assert "Not deployed yet: sign-in. Run mfa_actions deploy first." in ended.complaint
    assert flow(tenant) == ["test"]


def test_unknown_name_is_refused_with_those_there_are(tenant: Tenant) -> None:
    ended = run("mfa_actions", "deploy", "sing-in", *SURE)
    assert ended.status == Exit.REFUSED
    assert all(key in ended.complaint for key in BY_KEY)


def test_acting_without_a_terminal_needs_a_yes_and_a_reason(tenant: Tenant) -> None:
    assert "Add --yes" in run("mfa_actions", "deploy", *WHY).complaint
    assert "--reason" in run("mfa_actions", "deploy", "--yes").complaint


def test_answer_that_was_lost_is_looked_up(tenant: Tenant) -> None:
    tenant.fault("PATCH /api/v2/actions/triggers/*", drop=True, after=True, times=3)
    ended = run("mfa_actions", "bind", "claims", *SURE)
    assert ended.status == 0
    assert flow(tenant) == ["test", NAME("claims")]


def test_tenant_that_fails_is_told(tenant: Tenant) -> None:
    tenant.fault("POST /api/v2/actions/actions", status=403)
    ended = run("mfa_actions", "deploy", "sign-in", *SURE)
    assert ended.status == Exit.FAILED
    assert rows() == [("tenant:actions-changed", "failed", "sign-in: deploy")]


BINDINGS = "GET /api/v2/actions/triggers/post-login/bindings"
ACTIONS = "GET /api/v2/actions/actions"


@pytest.mark.parametrize("times", [0, 1])
def test_answer_without_the_flow_is_no_empty_flow(tenant: Tenant, times: int) -> None:
    """The flow is written as a whole: read as empty, everybody else's Actions would be out of it."""
    run("mfa_actions", "deploy", *SURE)
    headers = {"content-type": "application/json"}
    for _ in range(times):
        tenant.fault(BINDINGS, times=1)
    tenant.fault(BINDINGS, status=200, body='{"unexpected": [true]}', headers=headers)

    ended = run("mfa_actions", "bind", *SURE)

    assert ended.status == Exit.FAILED
    assert "makes no sense" in ended.complaint + ended.out
    assert flow(tenant) == ["test"]


def test_answer_without_the_actions_is_no_empty_list(tenant: Tenant) -> None:
    """Else each would be made a second time."""
    headers = {"content-type": "application/json"}
    tenant.fault(ACTIONS, status=200, body='{"unexpected": [true]}', headers=headers)

    assert run("mfa_actions", "deploy", *SURE).status == Exit.FAILED

    assert len(tenant.read("actions")["actions"]) == 3


def test_actions_on_a_second_page_are_found(tenant: Tenant) -> None:
    for number in range(60):
        tenant.control("actions", {"name": f"other-{number}", "code": "exports.onExecutePostLogin = null;"})
    run("mfa_actions", "deploy", *SURE)

    assert set(states(run("mfa_actions", "list", "--json")).values()) == {"current", "missing"}
    assert states(run("mfa_actions", "list", "--json"))["sign-in"] == "current"
