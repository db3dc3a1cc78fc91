"""“This wasn't me”: what it will do, doing it, how it went, and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.auth0.errors import CAUSES, Problem
from accounts.identity import subject_of
from accounts.sessions.user_sessions import sessions_of
from enrollment.account.sign_in import has_own_password
from enrollment.audit.log import Refused
from enrollment.audit.timeline import Entry
from enrollment.flows.account_lock import refuse_locked
from enrollment.flows.alarm import STEPS, alarm_report, raise_alarm, steps_still_tried
from enrollment.flows.overview import find_entry
from enrollment.flows.ticket import open_links
from enrollment.models.activity import DONE, Action, ActivityEvent, Outcome
from enrollment.views.base import AccountView

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TO_DO: "dict[Action, StrOrPromise]" = {
    Action.LOCKED: gettext_lazy("Freeze all changes to the ways of signing in"),
    Action.SITE_SESSIONS_ENDED: gettext_lazy("Sign every other browser out of this site"),
    Action.TENANT_SESSIONS_ENDED: gettext_lazy("Sign every browser out of the sign-in service"),
    Action.TOKENS_REVOKED: gettext_lazy("End the lasting permissions of apps"),
    Action.BROWSERS_FORGOTTEN: gettext_lazy("Forget the remembered browsers"),
}
BROKE_OFF = "broke-off"
NOT_OFFERED = frozenset({Problem.FORBIDDEN.value, Problem.NOT_FOUND.value})
FOR_GOOD = NOT_OFFERED | {Problem.CREDENTIALS.value, Problem.NOT_CONFIGURED.value}


class AlarmView(AccountView):
    """Asks for no proof beyond being signed in: it opens nothing, and a thief has the time that it takes."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("not_me.html", about=self._about, browsers=sessions_of(self.person, besides=request))

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            raise_alarm(self.actor, self.person, request, _in_words(self._about))
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("enrollment:not-me-done")

    @cached_property
    def _about(self) -> Entry | None:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return find_entry(self.person, asked.get("about", ""))


class AlarmDoneView(AccountView):
    """Read from the trail, so that it can be looked at again, and says what is so."""

    http_method_names = ["get", "head", "options"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        alarm, *rows = alarm_report(self.person) or (None,)
        if alarm is None:
            return redirect("enrollment:activity")
        tried = steps_still_tried(self.person)
        steps = [_step(action, rows, is_still_tried=action in tried) for action in STEPS]
        return self.page(
            "not_me_done.html",
            alarm=alarm,
            done=[step for step in steps if step.is_done],
            undone=(undone := [step for step in steps if not step.is_done]),
            is_worth_trying_again=any(step.is_worth_trying_again for step in undone),
            lets_others_back=any(step.lets_others_back for step in undone),
            links=open_links(self.person),
            own_password=has_own_password(subject_of(self.person)),
        )


class UnfreezeView(AccountView):
    """The way to the proof that ends a lock, and back from it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        refuse_locked(self.actor, self.person)
        messages.success(request, _("It is you: your ways of signing in can be changed again."))
        return redirect("enrollment:security")


@dataclass(frozen=True)
class Step:
    """One thing that was to be done; `cause` says why it was not."""

    action: Action
    outcome: str
    code: str = ""
    # Whether it is tried until it is done, without anybody pressing anything.
    is_still_tried: bool = False

    @property
    def sentence(self) -> "StrOrPromise":
        return DONE[self.action] if self.is_done else TO_DO[self.action]

    @property
    def is_done(self) -> bool:
        return self.outcome == Outcome.DONE

    @property
    def is_worth_trying_again(self) -> bool:
        return self.code not in FOR_GOOD

    @property
    def lets_others_back(self) -> bool:
        return self.action is Action.TENANT_SESSIONS_ENDED

    @property
    def cause(self) -> "StrOrPromise":
        if self.code in NOT_OFFERED and self.action is not Action.BROWSERS_FORGOTTEN:
            return _("The sign-in service does not offer this to this site.")
        if self.code in tuple(Problem):
            return CAUSES[Problem(self.code)]
        return _("The site broke off before it came to that.")


def _step(action: Action, rows: Sequence[ActivityEvent], *, is_still_tried: bool) -> Step:
    """One without a row never got its turn."""
    row = next((row for row in rows if row.action == action), None)
    outcome, code = (row.outcome, row.code) if row else (Outcome.FAILED, BROKE_OFF)
    return Step(action, outcome, code, is_still_tried)


def _in_words(about: Entry | None) -> str:
    if about is None:
        return ""
    return f"{about.sentence}, {date_format(localtime(about.at), 'DATETIME_FORMAT')}"
