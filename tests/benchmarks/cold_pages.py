"""People who open a cold security page in the same moment, on the free plan, at two replicas of the site.

Says how long the slowest page took, beside the same pages with the list in the cache; when the last of them
had the list; and what the tenant was asked and refused.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.lane import Lane, open_lane
from tests.faults.stores import find_servers

if TYPE_CHECKING:
    from mfaproject.users.models import User
    from tests.support.crowd import Outcome, Visitor

PEOPLE = 50


def main() -> int:
    """Measure once and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cold_pages", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--plan", choices=("free", "paid", "enterprise"), default="free")
    options, servers = parser.parse_args(), find_servers(os.environ)
    with tempfile.TemporaryDirectory(prefix="cold-") as folder:
        name = Path(folder).name.replace("-", "_").lower()
        with open_lane(servers, Path(folder), name) as lane:
            cold, warm = _measure(lane, options.people, options.plan)
    say = sys.stdout.write
    say(f"{options.people} people, plan {options.plan}, two replicas on {servers}\n")
    say(f"slowest page      {cold.slowest_page:5.1f} s, {warm.slowest_page:5.1f} s with the list cached\n")
    say(f"last list         {cold.last_list:5.1f} s\n")
    say(f"pages             {cold.pages:5d}\n")
    say(f"calls             {cold.calls:5d}, of which refused {cold.refusals}\n")
    say(f"without the list  {sum(not visitor.has_list for visitor in cold.visitors):5d}\n")
    return 0


def _measure(lane: Lane, people: int, plan: str) -> tuple["Outcome", "Outcome"]:
    from tests.support.crowd import open_at_once, person_with_an_app  # Django is set up with the lane

    for replica in lane.replicas:
        replica.wait()
    visitors = [_visitor(lane, number, person_with_an_app(lane.tenant, number)) for number in range(people)]
    lane.tenant.set_settings(rate_limits=True, plan=plan)
    lane.cache.clear()
    cold = open_at_once(lane.tenant, visitors)
    # While nobody is asked: the lists are kept for a minute.
    return cold, open_at_once(lane.tenant, [type(visitor)(visitor.client) for visitor in visitors])


def _visitor(lane: Lane, number: int, user: "User") -> "Visitor":
    from tests.support.crowd import Visitor

    lane.replicas.reverse()
    return Visitor(lane.signed_in(user))


if __name__ == "__main__":
    sys.exit(main())
