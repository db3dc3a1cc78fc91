"""“This wasn't me”: what it will do, doing it, how it went, and the way back."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.browsers import browsers_of
from enrollment.flows import STEPS, Refused, alarm_report, find_happening, raise_alarm, refuse_frozen
from enrollment.gateways import Problem
from enrollment.gateways.errors import CAUSES
from enrollment.models import ActivityEvent
from enrollment.timeline import Happening
from enrollment.views.base import AccountView
from enrollment.vocabulary import DONE, Action, Outcome

# What Auth0 calls the connections that people have a password of this account in.
OWN_PASSWORD = "auth0|"  # noqa: S105 - a name, not a password


class AlarmView(AccountView):
    """Asks for no proof beyond being signed in: it opens nothing, and a thief has the time that it takes."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("not_me.html", about=self._about, browsers=browsers_of(self.person, besides=request))

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            raise_alarm(self.actor, self.person, request, _in_words(self._about))
        except Refused as refused:
            messages.warning(request, refused.sentence)
        return redirect("enrollment:not-me-done")

    @cached_property
    def _about(self) -> Happening | None:
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return find_happening(self.person, asked.get("about", ""))


class AlarmDoneView(AccountView):
    """Read from the trail, so that it can be looked at again, and says what is so."""

    http_method_names = ["get", "head", "options"]

    def get(self, _request: HttpRequest) -> HttpResponse:
        alarm, *rows = alarm_report(self.person) or (None,)
        if alarm is None:
            return redirect("enrollment:not-me")
        steps = [_step(action, rows) for action in STEPS]
        return self.page(
            "not_me_done.html",
            alarm=alarm,
            done=[step for step in steps if step.is_done],
            undone=[step for step in steps if not step.is_done],
            own_password=(self.person.sub or "").startswith(OWN_PASSWORD),
        )


class UnfreezeView(AccountView):
    """The way to the proof that ends a freeze, and back from it."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        refuse_frozen(self.actor, self.person)
        messages.success(request, _("It is you: your ways of signing in can be changed again."))
        return redirect("enrollment:security")


@dataclass(frozen=True)
class Step:
    """One thing that was to be done."""

    sentence: str
    outcome: str
    cause: str = ""

    @property
    def is_done(self) -> bool:
        return self.outcome == Outcome.DONE


def _step(action: Action, rows: list[ActivityEvent]) -> Step:
    """One without a row never got its turn: the site broke off before it."""
    row = next((row for row in rows if row.action == action), None)
    if row is None:
        return Step(str(DONE[action]), Outcome.FAILED, _("The site broke off before it came to that."))
    return Step(str(DONE[action]), row.outcome, _cause(action, row.code))


def _cause(action: Action, code: str) -> str:
    if code in (Problem.FORBIDDEN, Problem.NOT_FOUND) and action is not Action.BROWSERS_FORGOTTEN:
        return _("The sign-in service does not offer this to this site.")
    if code in tuple(Problem):
        return str(CAUSES[Problem(code)])
    return _("The store that sessions are kept in did not answer.") if code else ""


def _in_words(about: Happening | None) -> str:
    if about is None:
        return ""
    return f"{about.sentence}, {date_format(localtime(about.at), 'DATETIME_FORMAT')}"
