"""The arithmetic of a plan: from a weekly pattern to dated days, minutes and weeks.

Lengths are whole minutes, taken in UTC in the zone of the site, so that a night with a clock change is right.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from placements.rules.hours import LONGEST, Span, minutes, monday, span

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Shift:
    """Work on one weekday (Monday is 0) from one date to another, in local times; over midnight when end <= start."""

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int
    starts_on: date
    ends_on: date
    zone: str = "Europe/London"


@dataclass(frozen=True)
class WorkDay:
    """One dated shift; a night belongs to the day on which it begins."""

    day: date
    shift: Shift
    span: Span
    minutes: int


@dataclass(frozen=True)
class Line:
    """Days of the same length: "45 days x 7 h = 315 h"."""

    days: int
    minutes: int

    @property
    def total(self) -> int:
        return self.days * self.minutes


def work_days(shifts: Iterable[Shift], closed: Collection[date] = ()) -> list[WorkDay]:
    """All dated shifts of a plan in order, without those that begin on a closed day."""
    found = [_work_day(shift, day) for shift in shifts for day in _dates(shift) if day not in closed]
    return sorted(found, key=lambda work: work.span)


def total_minutes(days: Iterable[WorkDay]) -> int:
    return sum(work.minutes for work in days)


def weeks(days: Iterable[WorkDay]) -> int:
    """Calendar weeks with at least one day of work."""
    return len({monday(work.day) for work in days})


def arithmetic(days: Iterable[WorkDay]) -> list[Line]:
    """Days grouped by their length, the most frequent first."""
    per_day: Counter[date] = Counter()
    for work in days:
        per_day[work.day] += work.minutes
    lines = [Line(count, length) for length, count in Counter(per_day.values()).items()]
    return sorted(lines, key=lambda line: (-line.days, -line.minutes))


def problems(shifts: Collection[Shift]) -> list[Any]:
    """Why these shifts are no plan; nothing when they are."""
    found = [text for shift in shifts if (text := _shift_problem(shift))]
    return found or _overlaps(shifts)


def _shift_problem(shift: Shift) -> Any:
    whole = minutes(span(shift.starts_on, shift.starts_at, shift.ends_at, shift.zone), 0)
    if shift.starts_at == shift.ends_at:
        return _("A day starts and finishes at the same time. Check both times.")
    if whole - shift.break_minutes <= 0:
        return _("No time is left after the break. Check the times and the break.")
    if whole > LONGEST:
        return _("A day is longer than 16 hours. Check both times.")
    return None


def _overlaps(shifts: Collection[Shift]) -> list[Any]:
    days = work_days(shifts)
    if any(after.span[0] < before.span[1] for before, after in pairwise(days)):
        return [_("Two shifts are at the same time. Check where one ends and the next begins.")]
    return []


def _dates(shift: Shift) -> Iterable[date]:
    day = shift.starts_on + timedelta(days=(shift.weekday - shift.starts_on.weekday()) % 7)
    while day <= shift.ends_on:
        yield day
        day += 7 * DAY


def _work_day(shift: Shift, day: date) -> WorkDay:
    stretch = span(day, shift.starts_at, shift.ends_at, shift.zone)
    return WorkDay(day, shift, stretch, minutes(stretch, shift.break_minutes))
