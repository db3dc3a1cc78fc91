"""Somebody with a browser: signs in, steps up, and walks the pages of site and tenant by their forms."""

from typing import Any

from django.test import Client

from tests.support.tenant import Account, Tenant

SITE = "http://localhost:8000"


class Person:
    """A person, their browser at the site (`client`) and the same browser at the tenant."""

    def __init__(self, tenant: Tenant, account: Account, **options: Any) -> None:
        self.tenant, self.account = tenant, account
        self.client = Client(headers={"host": SITE.removeprefix("http://")}, **options)
