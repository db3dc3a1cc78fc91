"""Auth0's Management API, as far as this site calls it; Auth0's SDK stops here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from auth0.management import Auth0
from auth0.management.core.http_response import HttpResponse
from auth0.management.core.pagination import SyncPager
from auth0.management.management_client import CUSTOM_DOMAIN_HEADER
from auth0.management.users.client import UsersClient
from django.core.exceptions import ImproperlyConfigured

from accounts.auth0 import http
from accounts.auth0.errors import Certainty, Problem, TenantError
from accounts.auth0.http import Client
from accounts.auth0.management_token import TokenProvider
from accounts.auth0.tenant import (
    ClientCredentials,
    Tenant,
    current_tenant,
    management_client,
    management_tenant,
)
from enrollment.account.methods import Method
from enrollment.gateways.parsers import method_from_sdk, raise_tenant_errors
from enrollment.models.locks import check_before_write, check_not_locked

PAGE_SIZE = 100

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - an item
R = TypeVar("R")


@dataclass(frozen=True)
class Ticket:
    """A link that lets whoever opens it enroll a factor: shown to the account's owner alone, never logged."""

    url: str = field(repr=False)


class ManagementGateway:
    """Plain arguments in, neutral types out; every failure is a `TenantError`.

    Retries are the doorway's, not the SDK's: that one repeats writes, and sleeps for up to a minute.
    """

    def __init__(
        self, tenant: Tenant, credentials: ClientCredentials, client: Client, custom_domain: str = ""
    ) -> None:
        """`custom_domain` is where people sign in, if not at the tenant's own domain."""
        self.tokens = TokenProvider(tenant, credentials, client)
        self.custom_domain = custom_domain
        self._used = ""
        self.api = Auth0(
            base_url=tenant.url("/api/v2"), token=self._token, httpx_client=client, max_retries=0
        )

    @classmethod
    def current(cls) -> Self:
        """Build the gateway that the settings describe."""
        try:
            tenant, people_at = management_tenant(), current_tenant()
            custom = people_at.domain if people_at != tenant else ""
            return cls(tenant, management_client(), http.client(), custom)
        except ImproperlyConfigured:
            raise TenantError(Problem.NOT_CONFIGURED) from None

    # Factors of one person

    def list_methods(self, sub: str) -> tuple[Method, ...]:
        """List every method of a person, unconfirmed ones too. Scope: read:authentication_methods."""
        api = self._users(sub).authentication_methods
        return self._read(
            lambda: tuple(method_from_sdk(item) for item in all_items(api.list(sub, per_page=PAGE_SIZE)))
        )

    def rename_method(self, sub: str, method_id: str, name: str) -> None:
        """Scope: update:authentication_methods."""
        api = self._users(sub).authentication_methods.with_raw_response
        answer = self._change_of(sub, HTTPStatus.OK, lambda: api.update(sub, method_id, name=name))
        _confirm(answer.name == name)

    def delete_method(self, sub: str, method_id: str) -> None:
        """Delete a method and what is linked to it. Scope: delete:authentication_methods."""
        self._change_of(sub, HTTPStatus.NO_CONTENT, self._deletion(sub, method_id))

    def discard_method(self, sub: str, method_id: str) -> None:
        """Delete a method that is not to become a factor, of a locked account as well."""
        self._change(HTTPStatus.NO_CONTENT, self._deletion(sub, method_id))

    def regenerate_recovery_code(self, sub: str) -> str:
        """Make a new recovery code; the old one is dead from then on. Scope: update:users."""
        make = self._users(sub).with_raw_response.regenerate_recovery_code
        code = self._change_of(sub, HTTPStatus.OK, lambda: make(sub)).recovery_code
        _confirm(bool(code))
        # Whoever asked for it may be the one that it was locked against.
        check_not_locked(sub, Certainty.UNKNOWN)
        return code or ""

    def create_ticket(
        self, sub: str, factor: str | None, *, send_mail: bool, language: str | None = None
    ) -> Ticket:
        """Make a link to Auth0's own enrollment page. Scope: create:guardian_enrollment_tickets."""
        said = {"factor": factor, "email_locale": language}
        chosen: dict[str, Any] = {name: value for name, value in said.items() if value}
        if self.custom_domain:
            # What is added by the link, as a security key, works at the domain that the link leads to.
            chosen["request_options"] = {"additional_headers": {CUSTOM_DOMAIN_HEADER: self.custom_domain}}
        make = self.api.guardian.enrollments.with_raw_response.create_ticket
        answer = self._change_of(
            sub,
            HTTPStatus.OK,
            lambda: make(user_id=sub, send_mail=send_mail, allow_multiple_enrollments=True, **chosen),
        )
        _confirm(_is_link(answer.ticket_url))
        check_not_locked(sub, Certainty.UNKNOWN)
        return Ticket(answer.ticket_url or "")

    def forget_browsers(self, sub: str) -> None:
        """Make every remembered browser ask for a second factor again. Scope: update:users."""
        api = self._users(sub).multifactor.with_raw_response
        self._change(HTTPStatus.NO_CONTENT, lambda: api.invalidate_remember_browser(sub))

    def roles_of(self, sub: str) -> frozenset[str]:
        """Name a person's roles as they are now. Scopes: read:users, read:roles and read:role_members."""
        api = self._users(sub).roles
        return self._read(
            lambda: frozenset(present(role.name) for role in all_items(api.list(sub, per_page=PAGE_SIZE)))
        )

    # The whole tenant

    def list_factors(self) -> dict[str, bool]:
        """Return Auth0's factor names and whether each is switched on. Scope: read:guardian_factors."""
        return self._read(
            lambda: {str(item.name): item.enabled for item in self.api.guardian.factors.list() if item.name}
        )

    def set_factor(self, name: str, *, enabled: bool) -> None:
        """Scope: update:guardian_factors."""
        api = self.api.guardian.factors.with_raw_response
        answer = self._change(HTTPStatus.OK, lambda: api.set(name, enabled=enabled))
        _confirm(answer.enabled is enabled)

    def get_policies(self) -> tuple[str, ...]:
        """Return the MFA policies in force, none or one of them. Scope: read:mfa_policies."""
        return self._read(lambda: tuple(str(policy) for policy in self.api.guardian.policies.list()))

    def set_policies(self, policies: Sequence[str]) -> None:
        """Scope: update:mfa_policies."""
        api, wanted = self.api.guardian.policies.with_raw_response, list(policies)
        answer = self._change(HTTPStatus.OK, lambda: api.set(request=wanted))
        _confirm([str(policy) for policy in answer] == wanted)

    # How a call is made

    def _users(self, sub: str) -> UsersClient:
        """Return the API of users for calls about one of them: a path without a subject is another path."""
        if not sub:
            raise TenantError(Problem.NOT_FOUND)
        users: UsersClient = self.api.users
        return users

    def _read(self, call: Callable[[], T]) -> T:
        return self._authorized(call, changes=False)

    def _deletion(self, sub: str, method_id: str) -> Callable[[], HttpResponse[None]]:
        api = self._users(sub).authentication_methods.with_raw_response
        return lambda: api.delete(sub, method_id)

    def _change_of(self, sub: str, success: int, call: Callable[[], HttpResponse[T]]) -> T:
        """Change somebody's factors, unless their account is locked by the time the call is sent."""
        with http.checked_before_writes(partial(check_before_write, sub)):
            return self._change(success, call)

    def _change(self, success: int, call: Callable[[], HttpResponse[T]]) -> T:
        """Change something. The SDK takes any 2xx for a yes; here the documented one alone is."""
        answer = self._authorized(call, changes=True)
        _confirm(answer.status_code == success, answer.status_code)
        return answer.data

    def _authorized(self, call: Callable[[], T], *, changes: bool) -> T:
        """Make a call; a token that is refused is renewed once, since a 401 says that nothing was done."""
        try:
            return self._told(call, changes=changes)
        except TenantError as error:
            if error.code is not Problem.CREDENTIALS or not self._used:
                raise
        self.tokens.drop(self._used)
        return self._told(call, changes=changes)

    def _told(self, call: Callable[[], T], *, changes: bool) -> T:
        self._used = self.tokens.token()
        with raise_tenant_errors(changes=changes):
            return call()

    def _token(self) -> str:
        return self._used


def all_items(pager: SyncPager[I, R], page_size: int = PAGE_SIZE) -> list[I]:
    """Read a whole list; raise `ValueError` where the answer has none, for that does not say "empty".

    Read on only where a page was full: the SDK's own iterator makes one empty call more each time.
    """
    items: list[I] = []
    page: SyncPager[I, R] | None = pager
    while page is not None:
        if page.items is None:
            raise ValueError("the answer lacks a list")
        items += page.items
        page = page.next_page() if len(page.items) == page_size else None
    return items


def present(value: str | None) -> str:
    if not value:
        raise ValueError("the answer lacks what was asked for")
    return value


def _confirm(is_success: bool, status: int | None = None) -> None:
    """Leave open what became of a change whose answer is not the documented one."""
    if not is_success:
        raise TenantError(Problem.GARBAGE, Certainty.UNKNOWN, status=status)


def _is_link(url: str | None) -> bool:
    """Whether it leads to a page: the person is shown it as a link."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc)
