"""Who is doing something, from where, and how strongly they proved themselves; every flow is told one."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from uuid import UUID

from django.http import HttpRequest

from accounts.identity import User, label_of, subject_of
from accounts.sessions.client_ip import client_ip
from accounts.step_up.assurance import Assurance, read_assurance
from enrollment import conf

__all__ = ["Actor", "Source", "client_ip"]


BEGUN_SESSION_KEY = "enrollment_begun"
MOST_BEGUN_NOTED = 10


def note_begun(request: HttpRequest, pending_id: UUID) -> None:
    """Note that this session began an enrollment."""
    known = [*request.session.get(BEGUN_SESSION_KEY, ()), str(pending_id)]
    request.session[BEGUN_SESSION_KEY] = list(dict.fromkeys(known))[-MOST_BEGUN_NOTED:]


class Source(StrEnum):
    PAGE = "page"
    ADMIN = "admin"
    COMMAND = "command"
    API = "api"


@dataclass(frozen=True)
class Actor:
    """`user` is None for an operator at the command line, who has the machine already and proves no more."""

    user: User | None
    assurance: Assurance | None = None
    ip: str | None = None
    user_agent: str = ""
    source: Source = Source.PAGE
    reason: str = ""
    name: str = ""
    site_url: str = ""
    # The enrollments that this session began.
    begun: frozenset[str] = frozenset()
    # Whose session is kept where all others of the same person are ended.
    request: HttpRequest | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_request(cls, request: HttpRequest, source: Source = Source.PAGE, reason: str = "") -> Self:
        """Describe the signed-in visitor of a request; nobody signed in is an actor without rights."""
        return cls(
            user=request.user if request.user.is_authenticated else None,
            assurance=read_assurance(request),
            ip=client_ip(request),
            user_agent=request.headers.get("user-agent", ""),
            source=Source(source),
            reason=reason.strip(),
            site_url=_site_url(request),
            begun=frozenset(request.session.get(BEGUN_SESSION_KEY, ())),
            request=request,
        )

    @classmethod
    def operator(cls, name: str, reason: str = "") -> Self:
        """Describe whoever runs a management command; `name` is their account on the machine."""
        return cls(user=None, source=Source.COMMAND, reason=reason.strip(), name=name)

    @property
    def is_operator(self) -> bool:
        return self.user is None and self.source is Source.COMMAND

    @property
    def label(self) -> str:
        """A name that still tells who it was when the account is gone."""
        if self.user is None:
            return self.name
        return label_of(self.user)

    @property
    def proof(self) -> Assurance | None:
        """What this very person proved; a record about anybody else counts for nothing."""
        belongs = (
            self.user is not None
            and self.assurance is not None
            and self.assurance.subject == subject_of(self.user)
        )
        return self.assurance if belongs else None

    def is_self(self, subject: User) -> bool:
        return self.user is not None and self.user.pk == subject.pk


def _site_url(request: HttpRequest) -> str:
    """Name the site as the request does, unless it may do so as it likes: a link in an email is believed."""
    return "" if conf.has_any_name() else request.build_absolute_uri("/").rstrip("/")
