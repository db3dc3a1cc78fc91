"""The tea house's admin site."""

from django.contrib import admin


class BackOffice(admin.AdminSite):
    site_header = site_title = "Tea House back office"
