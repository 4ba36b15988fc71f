"""What a class did at work in a week, and toward which units a student does nothing any more. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

LONG = 40 * 60
"""After so many minutes of work without a task toward a unit somebody should ask why."""


@dataclass(frozen=True)
class Day:
    """One stretch of work of one student: minutes, what was done, and the units that it belongs to."""

    learner: int
    placement: int
    day: date
    minutes: int
    tasks: tuple[str, ...] = ()
    units: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Done:
    """A task in a week: how often it was done, and by how many students."""

    task: str
    times: int
    students: int


def done_by_all(days: Iterable[Day]) -> list[Done]:
    """The tasks of these days, those of most students first."""
    times: Counter[str] = Counter()
    who: dict[str, set[int]] = defaultdict(set)
    for day in days:
        for task in day.tasks:
            times[task] += 1
            who[task].add(day.learner)
    found = [Done(task, count, len(who[task])) for task, count in times.items()]
    return sorted(found, key=lambda one: (-one.students, -one.times, one.task))


def neglected(days: Collection[Day], units: Collection[int]) -> list[int]:
    """The units toward which a student has done nothing in the last 40 hours of work, in their order."""
    since = dict.fromkeys(units, 0)
    for day in sorted(days, key=lambda one: one.day):
        for unit in since:
            since[unit] = 0 if unit in day.units else since[unit] + day.minutes
    return [unit for unit, minutes in since.items() if minutes >= LONG]
