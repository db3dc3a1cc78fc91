"""Pages of the account-security centre: each parses, calls one flow and says how it went."""
