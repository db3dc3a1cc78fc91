"""The tenant's APIs, spoken to over one doorway; what comes out is neutral types and `TenantError`."""

from enrollment.gateways.errors import Problem, TenantError, Truth
from enrollment.gateways.management import ManagementGateway, Ticket
from enrollment.gateways.my_account import MyAccountGateway
from enrollment.gateways.my_account_shapes import Begun

__all__ = ["Begun", "ManagementGateway", "MyAccountGateway", "Problem", "TenantError", "Ticket", "Truth"]
