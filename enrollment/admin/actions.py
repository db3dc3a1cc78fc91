"""What support may do to somebody's account, a page each."""

from typing import Any

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from accounts.identity import email_of, subject_of
from enrollment.account.methods import Factor
from enrollment.actors import Actor
from enrollment.admin.action_page import ActionPage, Consequences, InviteForm, ReasonForm, ResetForm
from enrollment.audit.log import Refused
from enrollment.flows.alarm import forget_browsers
from enrollment.flows.methods import removal_plan, remove_factor
from enrollment.flows.recovery_code import check_recovery_code, new_recovery_code
from enrollment.flows.reset import is_removable_first_factor, reset_factors, reset_plan
from enrollment.flows.ticket import send_ticket
from enrollment.gateways.sign_in import sign_in_of
from enrollment.gateways.tenant_policy import likely_addable_kinds, likely_mfa_requirement
from enrollment.kinds.registry import kind_named


class RemovePage(ActionPage):
    url_name = "account_security_remove_factor"
    title = gettext_lazy("Remove a factor")
    button = gettext_lazy("Remove it")
    destroys = True
    is_about_the_list = True

    def explain(self) -> Consequences:
        plan = removal_plan(self.person, self.kwargs["factor_id"])
        if plan.refusal:
            return Consequences((_about(plan.factor),), refusal=plan.refusal.sentence)
        lines = (_about(plan.factor), *plan.remaining, plan.goes_with, plan.clean_up)
        return Consequences(tuple(filter(None, lines)), plan.warning)

    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        removal = remove_factor(actor, self.person, self.kwargs["factor_id"])
        return _("Removed “%(title)s”. The person was told by e-mail.") % {"title": removal.factor.title}


class RecoveryCodePage(ActionPage):
    url_name = "account_security_recovery_code"
    title = gettext_lazy("Make a recovery code")
    button = gettext_lazy("Make a new code and show it once")
    destroys = True
    is_about_the_list = True

    def explain(self) -> Consequences:
        factors = self.factors()
        try:
            check_recovery_code(factors)
        except Refused as refused:
            return Consequences(refusal=refused.sentence)
        has_one = any(factor.kind.is_recovery for factor in factors)
        old = _("The code that the person has now stops working at once.") if has_one else ""
        once = _("The new code stands in for a second factor once. You see it on the next page only.")
        hand = _("Tell it to nobody but the account's owner, and make sure first that it is them.")
        return Consequences((once, *filter(None, [old])), hand)

    @method_decorator(sensitive_variables())
    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        return new_recovery_code(actor, self.person)

    # No redirect after this POST: on its way there the code would lie in a session, a cookie or a URL.
    @method_decorator(sensitive_variables("result"))
    def done(self, result: str) -> HttpResponse:
        return self.page("recovery_code.html", title=_("New recovery code"), code=result)


class InvitePage(ActionPage):
    url_name = "account_security_invite"
    title = gettext_lazy("Send an enrollment link")
    button = gettext_lazy("Send it")

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        return InviteForm(*args, kinds=likely_addable_kinds(), **kwargs)

    def explain(self) -> Consequences:
        if not email_of(self.person):
            return Consequences(refusal=_("This account has no e-mail address to send a link to."))
        to = _("The sign-in service mails a link to %(address)s. You do not get to see it.")
        how = _("It is good once, for five days; whoever opens it can add a factor to the account.")
        return Consequences((to % {"address": email_of(self.person)}, how))

    def act(self, actor: Actor, data: dict[str, Any]) -> str:
        kind = kind_named(data["kind"]) if data["kind"] else None
        invitation = send_ticket(actor, self.person, kind, send_mail=True)
        return _("A link is on its way to %(address)s.") % {"address": invitation.mailed_to}


class ForgetBrowsersPage(ActionPage):
    url_name = "account_security_forget_browsers"
    title = gettext_lazy("Forget remembered browsers")
    button = gettext_lazy("Forget them")

    def explain(self) -> Consequences:
        return Consequences(
            (
                _("Where signing in takes a second factor, every browser asks the person for it again."),
                _("Nobody is signed out by this."),
            )
        )

    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        forget_browsers(actor, self.person)
        return _("No browser is remembered any more.")


class ResetPage(ActionPage):
    url_name = "account_security_reset"
    title = gettext_lazy("Remove all second factors")
    button = gettext_lazy("Remove them all")
    form_class = ResetForm
    destroys = True
    is_about_the_list = True

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        form = super().form(*args, **kwargs)
        if not any(is_removable_first_factor(factor) for factor in self.snapshot.factors or ()):
            del form.fields["passkeys"]
        return form

    def initial(self) -> dict[str, Any]:
        return {"invitation": likely_mfa_requirement(self.person).demands}

    def explain(self) -> Consequences:
        factors = self.factors()
        sign_in = sign_in_of(subject_of(self.person), may_call=self.snapshot.problem is None)
        plan, all_of_it = reset_plan(factors, sign_in), reset_plan(factors, sign_in, passkeys=True)
        if not all_of_it.going:
            return Consequences(refusal=_("There is no factor on this account that could be removed."))
        lines = [*(_about(factor) for factor in plan.going), *plan.remaining]
        if len(all_of_it.going) > len(plan.going):
            lines.append(_("With the passkeys removed too: %(way)s") % {"way": all_of_it.remaining[0]})
        lines.append(_("Remembered browsers are forgotten as well."))
        return Consequences(tuple(lines))

    def act(self, actor: Actor, data: dict[str, Any]) -> str:
        reset = reset_factors(
            actor, self.person, passkeys=data.get("passkeys", False), invitation=data["invitation"]
        )
        removed = ngettext("Removed %(count)d factor.", "Removed %(count)d factors.", len(reset.removed))
        sent = _("A link to add a new one is on its way to the person.") if reset.invited else ""
        return f"{removed % {'count': len(reset.removed)}} {sent}".strip()


def _about(factor: Factor) -> str:
    words = {"title": factor.title, "kind": factor.type_label}
    if words["title"] == words["kind"]:
        return _("To be removed: %(kind)s.") % words
    return _("To be removed: “%(title)s”, %(kind)s.") % words
