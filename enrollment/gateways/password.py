"""Auth0's email with a link to choose a new password, for people who have one at the tenant."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from django.core.exceptions import ImproperlyConfigured

from accounts.auth0 import http
from accounts.auth0.errors import Certainty, Problem, TenantError, from_answer, from_transport
from accounts.auth0.http import Client, TransportError
from accounts.auth0.tenant import Tenant, current_tenant, web_client
from enrollment.gateways.management import ManagementGateway, present

PATH = "/dbconnections/change_password"
# What Auth0 calls its own databases among a person's identities.
DATABASE_PROVIDER = "auth0"


@dataclass(frozen=True)
class PasswordLogin:
    """The address that a password belongs to, and the database connection it is in."""

    email: str
    connection: str


class PasswordDirectory(ManagementGateway):
    """Knows whose passwords the tenant keeps."""

    def login_of(self, sub: str) -> PasswordLogin | None:
        """Say what a person's password belongs to; None for whom the tenant keeps none. Scope: read:users."""
        read = self._users(sub).get
        found = self._read(lambda: read(sub, fields="email,identities", include_fields=True))
        own = [each for each in found.identities or [] if each.provider == DATABASE_PROVIDER]
        if not own or not found.email:
            return None
        return PasswordLogin(found.email, present(own[0].connection))


class PasswordGateway:
    """Asks without a secret: anybody may, and only the mailbox's owner gets anything of it."""

    def __init__(self, tenant: Tenant, client_id: str, client: Client) -> None:
        self.tenant, self.client_id, self.client = tenant, client_id, client

    @classmethod
    def current(cls) -> Self:
        """Build the gateway that the settings describe."""
        try:
            return cls(current_tenant(), web_client().client_id, http.client())
        except ImproperlyConfigured:
            raise TenantError(Problem.NOT_CONFIGURED) from None

    def send_link(self, login: PasswordLogin, ip: str | None) -> None:
        """Have the email sent. The tenant says yes as well where nobody has this address.

        Auth0 counts such requests by address; `auth0-forwarded-for` names the person's own, not this site's.
        https://auth0.com/docs/authenticate/database-connections/password-change
        """
        said = {"client_id": self.client_id, "email": login.email, "connection": login.connection}
        headers = {"auth0-forwarded-for": ip} if ip else {}
        try:
            answer = self.client.post(self.tenant.url(PATH), json=said, headers=headers)
        except TransportError as error:
            raise from_transport(error, Certainty.UNKNOWN) from None
        if answer.status_code != HTTPStatus.OK:
            raise from_answer(answer.status_code, answer.headers, None, Certainty.UNKNOWN)
