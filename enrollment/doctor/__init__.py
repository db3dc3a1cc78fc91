"""What is wrong with the tenant, as far as this site can see it: decisions on what was read; pure."""

from enrollment.doctor.application import Application, application
from enrollment.doctor.connection import clock, credentials, discovery, scopes
from enrollment.doctor.factors import factors, policy, step_up
from enrollment.doctor.findings import Finding, State
from enrollment.doctor.my_account import MyAccountApi, UserGrant, api, grant
from enrollment.doctor.needs import NEEDED_SCOPES, ROLE_SCOPES

__all__ = [
    "NEEDED_SCOPES",
    "ROLE_SCOPES",
    "Application",
    "Finding",
    "MyAccountApi",
    "State",
    "UserGrant",
    "api",
    "application",
    "clock",
    "credentials",
    "discovery",
    "factors",
    "grant",
    "policy",
    "scopes",
    "step_up",
]
