"""How often one person may try to change accounts: each try costs calls of a budget that everybody shares."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from enrollment.activity import Refused
from enrollment.actors import Actor

# More than anybody does by hand, support at its busiest included.
MOST_TRIES = 20
WITHIN_SECONDS = 60


def keep_pace(actor: Actor) -> None:
    """Refuse whoever tries too often. The trail gets one row about it, not one for each try that follows."""
    if actor.is_operator or actor.user is None:
        return
    tries = _count(f"enrollment:tries:{actor.user.pk}")
    if tries > MOST_TRIES:
        sentence = _("That was a lot of changes in a minute. Wait a moment, then go on.")
        raise Refused("too-often", sentence, is_news=tries == MOST_TRIES + 1)


def _count(key: str) -> int:
    cache.add(key, 0, WITHIN_SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
