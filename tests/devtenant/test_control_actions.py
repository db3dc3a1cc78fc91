"""/dev/actions and /dev/risk: the page with which somebody at the demo changes the next sign-in."""

import re

import pytest
import requests

from tests.support.tenant import Tenant

HTML = {"Accept": "text/html"}
BOUND = ["account-security-step-up", "account-security-claims"]


def page(tenant: Tenant) -> str:
    return tenant.http.get(f"{tenant.base_url}/dev/actions", headers=HTML, timeout=10).text


def send(tenant: Tenant, name: str, *fields: tuple[str, str], **headers: str) -> requests.Response:
    return tenant.http.post(f"{tenant.base_url}/dev/{name}", data=list(fields), headers=headers, timeout=10)


def test_page_shows_what_is_bound_first_and_in_its_order(tenant: Tenant) -> None:
    tenant.control("actions", {"name": "mine", "code": "exports.onExecutePostLogin = async () => {};"})
    tenant.bind("mine", BOUND[1])
    assert re.findall(r'value="([\w-]+)"', page(tenant))[:3] == ["mine", BOUND[1], BOUND[0]]
    assert len(re.findall(r"\bchecked\b", page(tenant))) == 2


def test_form_binds_what_is_ticked(tenant: Tenant) -> None:
    answer = send(tenant, "actions", ("bindings", BOUND[1]))
    assert (answer.status_code, answer.history[0].status_code) == (200, 303)
    assert tenant.read("actions")["bindings"] == [BOUND[1]]


def test_form_with_nothing_ticked_unbinds_all(tenant: Tenant) -> None:
    send(tenant, "actions", ("bind", ""))
    assert tenant.read("actions")["bindings"] == []


def test_body_that_is_empty_is_no_order_to_unbind(tenant: Tenant) -> None:
    tenant.http.post(f"{tenant.base_url}/dev/actions", timeout=10)
    assert tenant.read("actions")["bindings"] == BOUND


def test_name_that_nobody_has_is_refused_and_binds_nothing(tenant: Tenant) -> None:
    assert send(tenant, "actions", ("bindings", "nobody")).status_code == 400
    assert tenant.read("actions")["bindings"] == BOUND


def test_risk_of_the_next_sign_in_is_chosen_by_name(tenant: Tenant) -> None:
    send(tenant, "risk", ("preset", "an address on a deny list"))
    assert tenant.read("risk")["assessments"]["UntrustedIP"]["code"] == "found_on_deny_list"
    assert "<option selected>an address on a deny list" in page(tenant)
    send(tenant, "risk", ("preset", "nothing"))
    assert tenant.read("risk") is None


@pytest.mark.parametrize("name", ["actions", "risk"])
def test_form_of_another_sites_page_is_refused(tenant: Tenant, name: str) -> None:
    answer = send(tenant, name, ("preset", "a new device"), ("bind", ""), Origin="https://thief.example")
    assert answer.status_code == 403
    assert (tenant.read("actions")["bindings"], tenant.read("risk")) == (BOUND, None)
