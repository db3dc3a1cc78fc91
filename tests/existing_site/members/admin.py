"""Members in the back office, with account security beside them."""

from django.contrib import admin

from enrollment.admin.people import AccountSecurityMixin
from members.models import Member


@admin.register(Member)
class MemberAdmin(AccountSecurityMixin, admin.ModelAdmin):
    list_display = ("email", "favourite", "is_staff")
    search_fields = ("email",)
    fields = ("email", "favourite", "is_staff", "is_active")
