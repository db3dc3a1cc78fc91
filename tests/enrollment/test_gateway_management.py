"""The Management API through Auth0's SDK, against the local tenant: calls, masking, and every way to fail."""

import logging
import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.auth0.errors import Certainty, Problem, TenantError
from enrollment.account.methods import Method
from enrollment.gateways.management import ManagementGateway
from tests.support.tenant import Tenant

LIST = "GET /api/v2/users/*/authentication-methods"
DELETE = "DELETE /api/v2/users/*/authentication-methods/*"


@pytest.fixture
def gateway(tenant: Tenant, db: None) -> ManagementGateway:
    return ManagementGateway.current()


def methods_of(gateway: ManagementGateway, tenant: Tenant, nick: str) -> dict[str, Method]:
    return {method.type: method for method in gateway.list_methods(tenant[nick].sub)}


def test_list_masks_numbers_and_addresses_and_drops_keys(gateway: ManagementGateway, tenant: Tenant) -> None:
    found = methods_of(gateway, tenant, "tess")

    assert found["phone"].phone == "+1 ••••••23"
    assert found["email-verification"].email == "t•••@example.test"
    assert "5555550123" not in repr(found)
    assert "tess@example.test" not in repr(found)


def test_list_gives_names_times_ways_and_passkey_facts(gateway: ManagementGateway, tenant: Tenant) -> None:
    tess, pat = methods_of(gateway, tenant, "tess"), methods_of(gateway, tenant, "pat")

    assert tess["totp"].name == "Phone app"
    assert tess["totp"].created_at
    assert {way for way, _id in tess["phone"].nested} == {"sms", "voice"}
    assert pat["passkey"].backed_up is True


def test_call_about_nobody_is_none(gateway: ManagementGateway, tenant: Tenant) -> None:
    tenant.exchanges()
    calls: list[Callable[[], object]] = [
        lambda: gateway.list_methods(""),
        lambda: gateway.delete_method("", "totp|1"),
        lambda: gateway.regenerate_recovery_code(""),
        lambda: gateway.roles_of(""),
    ]
    for call in calls:
        with pytest.raises(TenantError) as error:
            call()
        assert error.value.code is Problem.NOT_FOUND
    assert tenant.exchanges() == []


def test_list_of_a_page_is_one_call_and_of_more_reads_on(gateway: ManagementGateway, tenant: Tenant) -> None:
    many = tenant.add_user(email="many@example.test", factors=[{"type": "totp"} for _ in range(101)])
    gateway.list_methods(tenant["tess"].sub)
    tenant.exchanges()

    gateway.list_methods(tenant["tess"].sub)
    assert len(tenant.exchanges()) == 1
    assert len([m for m in gateway.list_methods(many.sub) if m.type == "totp"]) == 101
    assert len(tenant.exchanges()) == 2


@pytest.mark.parametrize("body", ["{}", '{"start": 0, "limit": 100, "total": 0}', "[]"])
def test_list_that_is_missing_does_not_say_that_there_is_nothing(
    gateway: ManagementGateway, tenant: Tenant, body: str
) -> None:
    """Taken for an empty list, it would let a fresh sign-in do where a second factor is asked for."""
    tenant.fault(LIST, status=200, body=body, headers={"Content-Type": "application/json"})

    with pytest.raises(TenantError) as caught:
        gateway.list_methods(tenant["tess"].sub)
    assert caught.value.code is Problem.GARBAGE


def test_subject_with_a_pipe_goes_quoted_into_the_path(gateway: ManagementGateway, tenant: Tenant) -> None:
    gateway.list_methods(tenant["tess"].sub)

    [call] = tenant.exchanges("/api/v2/")
    assert "auth0%7C" in call["path"]


def test_changes_reach_the_tenant(gateway: ManagementGateway, tenant: Tenant) -> None:
    sub = tenant["tess"].sub
    totp = methods_of(gateway, tenant, "tess")["totp"]

    gateway.rename_method(sub, totp.id, "New name")
    assert methods_of(gateway, tenant, "tess")["totp"].name == "New name"
    gateway.delete_method(sub, totp.id)
    assert "totp" not in methods_of(gateway, tenant, "tess")
    old = tenant.user(tenant["tess"])["recovery_code"]
    assert gateway.regenerate_recovery_code(sub) == tenant.user(tenant["tess"])["recovery_code"] != old
    gateway.forget_browsers(sub)


def test_ticket_is_an_address_of_the_tenant_and_stays_out_of_its_repr(
    gateway: ManagementGateway, tenant: Tenant
) -> None:
    ticket = gateway.create_ticket(tenant["nia"].sub, "otp", send_mail=False)

    assert ticket.url.startswith(tenant.base_url)
    assert "ticket" not in repr(ticket).removeprefix("Ticket")


def test_ticket_by_mail_is_sent_by_the_tenant(gateway: ManagementGateway, tenant: Tenant) -> None:
    gateway.create_ticket(tenant["nia"].sub, None, send_mail=True)

    assert tenant.messages("nia@example.test")


def test_management_api_has_the_tenants_own_domain_where_people_sign_in_at_a_custom_one(
    tenant: Tenant, db: None, settings: Settings
) -> None:
    settings.AUTH0_DOMAIN, settings.AUTH0_MGMT_DOMAIN = "login.site.example", tenant.domain
    tenant.exchanges()
    gateway = ManagementGateway.current()
    assert methods_of(gateway, tenant, "tess")
    gateway.create_ticket(tenant["nia"].sub, None, send_mail=False)

    # A security key is tied to the domain that its owner adds it at.
    *others, ticket = tenant.exchanges("/api/v2/")
    assert ticket["request_headers"]["Auth0-Custom-Domain"] == "login.site.example"
    assert all("Auth0-Custom-Domain" not in each["request_headers"] for each in others)


def test_ticket_names_no_custom_domain_where_there_is_none(
    gateway: ManagementGateway, tenant: Tenant
) -> None:
    gateway.create_ticket(tenant["nia"].sub, None, send_mail=False)

    (ticket,) = tenant.exchanges("/api/v2/")
    assert "Auth0-Custom-Domain" not in ticket["request_headers"]


def test_switches_and_policies_are_read_and_written(gateway: ManagementGateway) -> None:
    assert gateway.list_factors()["otp"] is True
    gateway.set_factor("otp", enabled=False)
    assert gateway.list_factors()["otp"] is False
    assert gateway.get_policies() == ()
    gateway.set_policies(["all-applications"])
    assert gateway.get_policies() == ("all-applications",)


@pytest.mark.parametrize(
    ("fault", "problem", "read", "write"),
    [
        ({"status": 400}, Problem.REJECTED, Certainty.NOT_DONE, Certainty.NOT_DONE),
        ({"status": 403}, Problem.FORBIDDEN, Certainty.NOT_DONE, Certainty.NOT_DONE),
        ({"status": 404}, Problem.NOT_FOUND, Certainty.NOT_DONE, Certainty.NOT_DONE),
        ({"status": 409}, Problem.CONFLICT, Certainty.NOT_DONE, Certainty.NOT_DONE),
        ({"status": 418}, Problem.GARBAGE, Certainty.NOT_DONE, Certainty.UNKNOWN),
        ({"status": 408}, Problem.TIMEOUT, Certainty.NOT_DONE, Certainty.UNKNOWN),
        ({"status": 429}, Problem.RATE_LIMITED, Certainty.NOT_DONE, Certainty.NOT_DONE),
        ({"status": 500}, Problem.OUT_OF_ORDER, Certainty.NOT_DONE, Certainty.UNKNOWN),
        ({"status": 503}, Problem.OUT_OF_ORDER, Certainty.NOT_DONE, Certainty.UNKNOWN),
        (
            {"status": 302, "headers": {"Location": "http://localhost:9/"}},
            Problem.GARBAGE,
            Certainty.NOT_DONE,
            Certainty.UNKNOWN,
        ),
        ({"drop": True}, Problem.LOST, Certainty.NOT_DONE, Certainty.UNKNOWN),
        ({"delay": 1.0}, Problem.TIMEOUT, Certainty.NOT_DONE, Certainty.UNKNOWN),
    ],
)
def test_failure_has_a_code_and_says_what_is_known(
    gateway: ManagementGateway,
    tenant: Tenant,
    settings: Settings,
    fault: dict[str, object],
    problem: Problem,
    read: Certainty,
    write: Certainty,
) -> None:
    settings.TENANT_READ_TIMEOUT, settings.TENANT_RETRY_BUDGET = 0.25, 0
    sub = tenant["tess"].sub
    gateway.list_methods(sub)
    impatient = ManagementGateway.current()
    tenant.fault("* /api/v2/users/**", **fault)

    with pytest.raises(TenantError) as reading:
        impatient.list_methods(sub)
    assert (reading.value.code, reading.value.outcome) == (problem, read)
    with pytest.raises(TenantError) as writing:
        impatient.delete_method(sub, "totp|not-there")  # a delayed one would hit the next test's list
    assert (writing.value.code, writing.value.outcome) == (problem, write)


GARBAGE = [
    "<html>Bad gateway</html>",
    "",
    "[]",
    "null",
    '"yes"',
    '{"authenticators": 7}',
    '{"authenticators": [{"id": 1}]}',
]


@pytest.mark.parametrize("body", GARBAGE)
def test_answer_that_makes_no_sense_is_garbage(gateway: ManagementGateway, tenant: Tenant, body: str) -> None:
    tenant.fault(LIST, status=200, body=body)

    with pytest.raises(TenantError) as failure:
        gateway.list_methods(tenant["tess"].sub)
    assert failure.value.code is Problem.GARBAGE


def test_recovery_code_missing_from_the_answer_leaves_the_outcome_open(
    gateway: ManagementGateway, tenant: Tenant
) -> None:
    tenant.fault("POST /api/v2/users/*/recovery-code-regeneration", status=200, body="{}")

    with pytest.raises(TenantError) as failure:
        gateway.regenerate_recovery_code(tenant["tess"].sub)
    assert (failure.value.code, failure.value.outcome) == (Problem.GARBAGE, Certainty.UNKNOWN)


def test_nobody_listening_is_unreachable_and_nothing_was_done(
    settings: Settings, tenant: Tenant, db: None
) -> None:
    gateway = ManagementGateway.current()
    gateway.list_methods(tenant["tess"].sub)
    settings.AUTH0_DOMAIN = "localhost:9"

    with pytest.raises(TenantError) as failure:
        ManagementGateway.current().delete_method(tenant["tess"].sub, "x")
    assert (failure.value.code, failure.value.outcome) == (Problem.UNREACHABLE, Certainty.NOT_DONE)


def test_site_without_a_tenant_says_so(settings: Settings) -> None:
    settings.AUTH0_DOMAIN = ""

    with pytest.raises(TenantError) as failure:
        ManagementGateway.current()
    assert failure.value.code is Problem.NOT_CONFIGURED


def test_rate_limit_that_ends_soon_is_waited_for(gateway: ManagementGateway, tenant: Tenant) -> None:
    tenant.fault(DELETE, status=429, headers={"Retry-After": "0"}, times=1)

    gateway.delete_method(tenant["tess"].sub, "totp|dev_tess_totp")
    assert "totp" not in methods_of(gateway, tenant, "tess")


def test_rate_limit_that_ends_late_says_how_long(gateway: ManagementGateway, tenant: Tenant) -> None:
    tenant.fault(LIST, status=429, headers={"Retry-After": "40"})

    with pytest.raises(TenantError) as failure:
        gateway.list_methods(tenant["tess"].sub)
    assert failure.value.retry_after == 40
    assert len(tenant.exchanges("/api/v2/users/")) == 1


def test_missing_scope_is_named_and_the_rest_of_the_answer_is_not(
    gateway: ManagementGateway, tenant: Tenant
) -> None:
    body = (
        '{"statusCode":403,"error":"Forbidden","errorCode":"insufficient_scope",'
        '"message":"Insufficient scope for tess@example.test, expected any of: read:users"}'
    )
    tenant.fault(LIST, status=403, body=body)

    with pytest.raises(TenantError) as failure:
        gateway.list_methods(tenant["tess"].sub)
    assert str(failure.value) == "forbidden, HTTP 403, insufficient_scope read:users"


@pytest.mark.parametrize(
    "body",
    [
        '{"secret": "s3cr3t"}',
        "s3cr3t",
        '{"errorCode": "S3CR3T 1", "message": "s3cr3t"}',
        '{"authenticators": "s3cr3t"}',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 500])
def test_error_never_carries_the_body(
    gateway: ManagementGateway, tenant: Tenant, caplog: pytest.LogCaptureFixture, body: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG, "enrollment")
    tenant.fault("* /api/v2/users/**", status=status, body=body)

    with pytest.raises(TenantError) as failure:
        gateway.regenerate_recovery_code(tenant["tess"].sub)
    chain = [failure.value, failure.value.__cause__]
    assert not any("s3cr3t" in f"{link!r} {link}".lower() for link in chain)
    assert "s3cr3t" not in caplog.text.lower()


def test_every_problem_has_words() -> None:
    for problem in Problem:
        for truth in Certainty:
            error = TenantError(problem, truth)
            assert str(error.cause)
            assert str(error.consequence)


Change = Callable[[ManagementGateway, str], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda g, sub: g.rename_method(sub, "totp|dev_tess_totp", "x"),
        lambda g, sub: g.delete_method(sub, "totp|dev_tess_totp"),
        lambda g, sub: g.regenerate_recovery_code(sub),
        lambda g, sub: g.create_ticket(sub, None, send_mail=False),
        lambda g, sub: g.forget_browsers(sub),
        lambda g, sub: g.set_factor("otp", enabled=False),
        lambda g, sub: g.set_policies(["all-applications"]),
    ],
    ids=["rename", "delete", "recovery-code", "ticket", "browsers", "switch", "policy"],
)
def test_change_is_never_sent_twice_when_its_answer_is_lost(
    gateway: ManagementGateway, tenant: Tenant, change: Change
) -> None:
    gateway.get_policies()
    tenant.exchanges()
    tenant.fault("* /api/v2/**", drop=True, after=True)

    with pytest.raises(TenantError) as failure:
        change(gateway, tenant["tess"].sub)
    assert (failure.value.code, failure.value.outcome) == (Problem.LOST, Certainty.UNKNOWN)
    time.sleep(0.2)  # the tenant writes it down after it has hung up
    assert len(tenant.exchanges("/api/v2/")) == 1
