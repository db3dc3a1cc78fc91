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
)
# Either of the two opens a person's log.
SERVES_AS_WELL = {"read:logs_users": "read:logs"}


def missing_from(granted: frozenset[str]) -> list[str]:
    return [scope for scope in NEEDED_SCOPES if not {scope, SERVES_AS_WELL.get(scope)} & granted]
