"""The admin, with a site of the tea house's own."""

from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    default_site = "teahouse.backoffice.BackOffice"
