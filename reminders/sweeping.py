"""One sweep: from moves to what is due, and from what is due to letters that wait. May run at any time, twice and in
parallel: the database is the truth.
"""

from collections.abc import Iterator
from datetime import datetime

from reminders.claiming import Decided, claim
from reminders.following import follow
from reminders.turning import turn_the_day


def sweep(*, now: datetime) -> Iterator[Decided]:
    """Turn the day, follow what has happened since, then decide on everything that is due by now."""
    turn_the_day(now=now)
    while follow(now=now):
        pass
    while batch := claim(now=now):
        yield from batch
