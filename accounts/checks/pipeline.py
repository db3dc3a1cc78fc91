"""Checks of the steps of signing in, and of tokens that lie in the database."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import DatabaseError
from social_core.utils import setting_name
from social_django.models import DjangoStorage
from social_django.strategy import DjangoStrategy

from accounts.login.backend import Auth0Backend
from accounts.login.stored_tokens import TOKENS, rows_with_tokens
from accounts.pipeline import OPTIONAL, PIPELINE

NEEDED = tuple(step for step in PIPELINE if step not in OPTIONAL)
UNSAFE_STEPS = {
    "social_core.pipeline.social_auth.associate_by_email": "gives an account to whoever has its address",
    "social_core.pipeline.social_auth.associate_user": "links an unknown identity to whoever is signed in",
    "social_core.pipeline.social_auth.load_extra_data": "stores tokens in plain text",
}
PIPELINE_HINT = (
    "Write `from accounts.pipeline import PIPELINE` and `{setting} = PIPELINE`; "
    "steps of yours may stand between."
)
CLEARING = "from accounts.login.stored_tokens import clear_stored_tokens; clear_stored_tokens()"


def messages() -> Iterator[CheckMessage]:
    strategy = DjangoStrategy(DjangoStorage)
    steps = list(strategy.get_pipeline(Auth0Backend(strategy)))
    yield from _needed(steps)
    for step in steps:
        if step in UNSAFE_STEPS:
            yield Error(
                f"The pipeline of signing in has {step}, which {UNSAFE_STEPS[step]}.",
                hint="Take it out.",
                id="accounts.E025",
            )
    yield from _stored_by_setting()


def database_messages(databases: Iterable[str]) -> Iterator[CheckMessage]:
    """What is wrong in the tables; nothing where they are not there yet."""
    for alias in databases:
        try:
            count = rows_with_tokens(alias).count()
        except DatabaseError:
            continue
        if count:
            yield Caution(
                f"Rows of UserSocialAuth that hold tokens in plain text, from an earlier backend: {count}.",
                hint=f'Take them out: manage.py shell -c "{CLEARING}"',
                id="accounts.W024",
            )


def _needed(steps: Sequence[str]) -> Iterator[CheckMessage]:
    """Name the steps that are missing, and every two that are the wrong way round."""
    hint = PIPELINE_HINT.format(setting=setting_name(Auth0Backend.name, "PIPELINE"))
    if missing := [step for step in NEEDED if step not in steps]:
        yield Error(f"The pipeline of signing in lacks {', '.join(missing)}.", hint=hint, id="accounts.E024")
    present = [step for step in NEEDED if step in steps]
    for earlier, later in pairwise(present):
        if steps.index(earlier) > steps.index(later):
            yield Error(
                f"The pipeline of signing in has {earlier} after {later}.", hint=hint, id="accounts.E024"
            )


def _stored_by_setting() -> Iterator[CheckMessage]:
    name = setting_name(Auth0Backend.name, "EXTRA_DATA")
    wanted = [entry if isinstance(entry, str) else entry[0] for entry in getattr(settings, name, ())]
    if tokens := [each for each in wanted if each in TOKENS]:
        yield Caution(
            f"{name} asks for {', '.join(tokens)} to be stored, which Auth0Backend does not do.",
            hint="Take it out; a token to call an API with is asked for where it is needed.",
            id="accounts.W025",
        )
