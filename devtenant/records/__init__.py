"""What a tenant remembers, as plain records; times are seconds since the epoch on the tenant's own clock."""

from devtenant.records.actions import Action, ActionVersion, Binding, Risk
from devtenant.records.applications import Api, Client
from devtenant.records.delivery import Message, Push, Ticket
from devtenant.records.logins import (
    AccessToken,
    ActionFlow,
    Code,
    CustomClaims,
    RefreshToken,
    Session,
    Transaction,
)
from devtenant.records.people import DATABASE, GOOGLE, Method, RememberedBrowser, User
from devtenant.records.switches import Fault, Settings, SigningKey, TokenFault

__all__ = [
    "DATABASE",
    "GOOGLE",
    "AccessToken",
    "Action",
    "ActionFlow",
    "ActionVersion",
    "Api",
    "Binding",
    "Client",
    "Code",
    "CustomClaims",
    "Fault",
    "Message",
    "Method",
    "Push",
    "RefreshToken",
    "RememberedBrowser",
    "Risk",
    "Session",
    "Settings",
    "SigningKey",
    "Ticket",
    "TokenFault",
    "Transaction",
    "User",
]
