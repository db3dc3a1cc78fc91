"""The tenant's APIs, spoken to over one doorway; what comes out is neutral types and `TenantError`."""

from enrollment.gateways.errors import Problem, TenantError, Truth
from enrollment.gateways.management import ManagementGateway, Ticket

__all__ = ["ManagementGateway", "Problem", "TenantError", "Ticket", "Truth"]
