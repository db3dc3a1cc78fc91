"""Change the password: by a link in an email of the tenant's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.identity import subject_of
from enrollment.account.sign_in import has_own_password
from enrollment.flows.password import send_password_link
from enrollment.views.base import AccountView, flash_outcome


class PasswordView(AccountView):
    """GET says what will happen; where passwords lead (`/.well-known/change-password`)."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page("password.html", has_password=has_own_password(subject_of(self.person)))

    def post(self, request: HttpRequest) -> HttpResponse:
        with flash_outcome(request) as report:
            address = send_password_link(self.actor, self.person)
            report.say(
                _("We sent a link to %(address)s. It lets you choose a new password.") % {"address": address}
            )
        return redirect("enrollment:password")
