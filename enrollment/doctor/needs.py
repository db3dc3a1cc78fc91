"""The scopes of the Management API that this site needs; the gateways name each where it is used."""

NEEDED_SCOPES = (
    "update:users",
    "read:authentication_methods",
    "update:authentication_methods",
    "delete:authentication_methods",
    "create:guardian_enrollment_tickets",
    "read:guardian_factors",
    "update:guardian_factors",
    "read:mfa_policies",
    "update:mfa_policies",
    "read:logs_users",
    "delete:sessions",
    "delete:refresh_tokens",
    "read:users",
    "read:roles",
    "read:role_members",
)
# Who is staff is asked where a roles claim is configured, and nowhere else.
ROLE_SCOPES = ("read:users", "read:roles", "read:role_members")
# Either of the two opens a person's log.
SERVES_AS_WELL = {"read:logs_users": "read:logs"}


def missing_from(granted: frozenset[str], *, with_roles: bool) -> list[str]:
    needed = [scope for scope in NEEDED_SCOPES if with_roles or scope not in ROLE_SCOPES]
    return [scope for scope in needed if not {scope, SERVES_AS_WELL.get(scope)} & granted]
