"""The second factor on the tenant's own pages: challenge, enrollment, recovery code, remembered browsers."""
