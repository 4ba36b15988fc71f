"""What a student has evidence for, what today is good for, and what was done alone for the first time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

GOALS = 2
ALONE = 3
"""The mark from which on nobody helped or checked, as `placements.models.hours.Independence` counts."""


@dataclass(frozen=True)
class Aim:
    """One outcome of the programme: whether the plan names it, and how often there is evidence for it."""

    text: str
    unit: str
    planned: bool
    times: int

    @property
    def has_evidence(self) -> bool:
        return self.times > 0


@dataclass(frozen=True)
class Solo:
    """A task that was done alone, and the day on which that was the first time."""

    task: str
    day: date


def goals(aims: Iterable[Aim]) -> list[Aim]:
    """Two outcomes to look out for today: of the plan those with the least evidence, in the order of the programme.

    A plan that names no outcome is about all of them.
    """
    known = list(aims)
    named = [aim for aim in known if aim.planned] or known
    return sorted(named, key=lambda aim: aim.times)[:GOALS]


def first_solos(done: Iterable[tuple[str, date, int]]) -> list[Solo]:
    """Of tasks with their day and mark the first day on which each was done alone, the newest first.

    What was done alone from the first day on is no step: on an earlier day it was watched, helped or checked.
    """
    begun: dict[str, date] = {}
    alone: dict[str, date] = {}
    for task, day, mark in sorted(done, key=lambda row: row[1]):
        begun.setdefault(task, day)
        if mark >= ALONE:
            alone.setdefault(task, day)
    solos = [Solo(task, day) for task, day in alone.items() if begun[task] < day]
    return sorted(solos, key=lambda solo: (-solo.day.toordinal(), solo.task))
