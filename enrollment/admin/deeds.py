"""What support may do to somebody's account, a page each."""

from typing import Any

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from enrollment.actors import Actor
from enrollment.admin.deed import DeedPage, Explanation
from enrollment.admin.forms import InviteForm, ReasonForm, ResetForm
from enrollment.factors import Factor, FactorKind
from enrollment.flows import (
    Refused,
    check_recovery_code,
    forget_browsers,
    new_recovery_code,
    removal_plan,
    remove_factor,
    reset_factors,
    reset_plan,
    send_ticket,
)
from enrollment.tenant_policy import likely_addable_kinds, likely_mandate


class RemovePage(DeedPage):
    url_name = "accounts_user_remove_factor"
    title = gettext_lazy("Remove a factor")
    button = gettext_lazy("Remove it")
    destroys = True
    is_about_the_list = True

    def explain(self) -> Explanation:
        plan = removal_plan(self.person, self.kwargs["factor_id"])
        if plan.refusal:
            return Explanation((_about(plan.factor),), refusal=plan.refusal.sentence)
        lines = (_about(plan.factor), *plan.remaining, plan.goes_with, plan.clean_up)
        return Explanation(tuple(filter(None, lines)), plan.warning)

    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        removal = remove_factor(actor, self.person, self.kwargs["factor_id"])
        return _("Removed “%(title)s”. The person was told by e-mail.") % {"title": removal.factor.title}


class RecoveryCodePage(DeedPage):
    url_name = "accounts_user_recovery_code"
    title = gettext_lazy("Make a recovery code")
    button = gettext_lazy("Make a new code and show it once")
    destroys = True
    is_about_the_list = True

    def explain(self) -> Explanation:
        factors = self.factors()
        try:
            check_recovery_code(factors)
        except Refused as refused:
            return Explanation(refusal=refused.sentence)
        has_one = any(factor.kind is FactorKind.RECOVERY_CODE for factor in factors)
        old = _("The code that the person has now stops working at once.") if has_one else ""
        once = _(
            "The new code opens the account once, after the first step. You see it on the next page only."
        )
        hand = _("Tell it to nobody but the account's owner, and make sure first that it is them.")
        return Explanation((once, *filter(None, [old])), hand)

    @method_decorator(sensitive_variables())
    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        return new_recovery_code(actor, self.person)

    # No redirect after this POST: on its way there the code would lie in a session, a cookie or a URL.
    @method_decorator(sensitive_variables("result"))
    def done(self, result: str) -> HttpResponse:
        return self.page("recovery_code.html", title=_("New recovery code"), code=result)


class InvitePage(DeedPage):
    url_name = "accounts_user_invite"
    title = gettext_lazy("Send an enrollment link")
    button = gettext_lazy("Send it")

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        return InviteForm(*args, kinds=likely_addable_kinds(), **kwargs)

    def explain(self) -> Explanation:
        if not self.person.email:
            return Explanation(refusal=_("This account has no e-mail address to send a link to."))
        to = _("The sign-in service mails a link to %(address)s. You do not get to see it.")
        how = _("It is good once, for five days; whoever opens it can add a factor to the account.")
        return Explanation((to % {"address": self.person.email}, how))

    def act(self, actor: Actor, data: dict[str, Any]) -> str:
        kind = FactorKind(data["kind"]) if data["kind"] else None
        invitation = send_ticket(actor, self.person, kind, send_mail=True)
        return _("A link is on its way to %(address)s.") % {"address": invitation.mailed_to}


class ForgetBrowsersPage(DeedPage):
    url_name = "accounts_user_forget_browsers"
    title = gettext_lazy("Forget remembered browsers")
    button = gettext_lazy("Forget them")

    def explain(self) -> Explanation:
        return Explanation(
            (
                _("Browsers in which the person chose not to be asked again will ask again."),
                _("Nobody is signed out by this."),
            )
        )

    def act(self, actor: Actor, _data: dict[str, Any]) -> str:
        forget_browsers(actor, self.person)
        return _("Every browser asks for the second factor again from now on.")


class ResetPage(DeedPage):
    url_name = "accounts_user_reset"
    title = gettext_lazy("Remove all second factors")
    button = gettext_lazy("Remove them all")
    form_class = ResetForm
    destroys = True
    is_about_the_list = True

    def form(self, *args: Any, **kwargs: Any) -> ReasonForm:
        form = super().form(*args, **kwargs)
        if not any(factor.kind is FactorKind.PASSKEY for factor in self.snapshot.factors or ()):
            del form.fields["passkeys"]
        return form

    def initial(self) -> dict[str, Any]:
        return {"invitation": likely_mandate(self.person).demands}

    def explain(self) -> Explanation:
        factors = self.factors()
        plan, all_of_it = reset_plan(factors), reset_plan(factors, passkeys=True)
        if not all_of_it.going:
            return Explanation(refusal=_("There is no factor on this account that could be removed."))
        lines = [*(_about(factor) for factor in plan.going), *plan.remaining]
        if len(all_of_it.going) > len(plan.going):
            lines.append(_("With the passkeys removed too: %(way)s") % {"way": all_of_it.remaining[0]})
        lines.append(_("Remembered browsers are forgotten as well."))
        return Explanation(tuple(lines))

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
