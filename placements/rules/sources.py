"""Where the host is family: whose word stands behind confirmed hours, and whether a second source is there (E30)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Confirmed:
    """Confirmed work of one day: who at the host stands behind it, and whether the school's own word does."""

    day: date
    minutes: int
    people: frozenset[int]
    by_school: bool = False


def with_one_source(days: Sequence[Confirmed], *, related: Collection[int], seen_on: Collection[date]) -> list[date]:
    """The days that only somebody close to the learner (`related`, keys of people) stands behind, in order.

    A contact of the school with the placement on that day or later (`seen_on`), another person at the host, or the
    school's own word is a second source.
    """
    last_seen = max(seen_on, default=None)
    return sorted(
        {
            one.day
            for one in days
            if not one.by_school and one.people <= set(related) and (last_seen is None or one.day > last_seen)
        }
    )
