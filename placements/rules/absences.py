"""Missed work as arithmetic: what of a day was missed, and what of it has been made up since. All in whole minutes."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class DaySum:
    """Minutes of one day: planned, worked as far as agreed (logged before that), and told as an absence."""

    planned: int = 0
    worked: int = 0
    absent: int = 0

    @property
    def missed(self) -> int:
        """Planned minutes that are neither worked nor told as an absence yet; never below nothing."""
        return max(self.planned - self.worked - self.absent, 0)

    @property
    def is_attended(self) -> bool:
        """Who works a part of a day was there on that day (product 6, E4)."""
        return self.worked > 0


@dataclass(frozen=True)
class Missed:
    """Missed minutes of one cause, and what of them was made up."""

    cause: str
    minutes: int
    made_up: int

    @property
    def left(self) -> int:
        return self.minutes - self.made_up


def by_cause(absences: Iterable[tuple[str, int]], made_up: int) -> list[Missed]:
    """Sums by cause, the causes in the order in which they first came up.

    `absences` are cause and minutes, the oldest first; what was made up goes to the oldest absence that is left.
    """
    missed: dict[str, int] = {}
    done: dict[str, int] = {}
    for cause, minutes in absences:
        part = min(minutes, made_up)
        made_up -= part
        missed[cause] = missed.get(cause, 0) + minutes
        done[cause] = done.get(cause, 0) + part
    return [Missed(cause, minutes, done[cause]) for cause, minutes in missed.items()]
