"""The arithmetic of a plan: from a weekly pattern to dated days, minutes and weeks.

Lengths are whole minutes, taken in UTC in the zone of the site, so that a night with a clock change is right.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from placements.rules.calendars import Calendars, Lost, first_reasons
from placements.rules.hours import LONGEST, Span, minutes, monday, span

DAY = timedelta(days=1)
NO_CALENDARS = Calendars()


@dataclass(frozen=True)
class Shift:
    """Work on one weekday (Monday is 0) from one date to another, in local times; over midnight when end <= start.

    `segment` is the key of where it is. A shift of one single date is meant as it stands: no calendar takes it away.
    """

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int
    starts_on: date
    ends_on: date
    zone: str = "Europe/London"
    segment: int = 0

    @property
    def is_dated(self) -> bool:
        return self.starts_on == self.ends_on

    @property
    def times(self) -> tuple[time, time, int]:
        return self.starts_at, self.ends_at, self.break_minutes


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


def work_days(shifts: Iterable[Shift], calendars: Calendars = NO_CALENDARS) -> list[WorkDay]:
    """All dated shifts of a plan in order, without those that begin on a day that a calendar takes away."""
    found = [work for shift in shifts for work in _days(shift) if _lost_on(shift, work.day, calendars) is None]
    return sorted(found, key=lambda work: work.span)


def lost_days(shifts: Iterable[Shift], calendars: Calendars) -> list[Lost]:
    """Days that the pattern would have and the calendars take away, in order; other closed days are only noise."""
    return first_reasons(
        lost for shift in shifts for work in _days(shift) if (lost := _lost_on(shift, work.day, calendars)) is not None
    )


def _lost_on(shift: Shift, day: date, calendars: Calendars) -> Lost | None:
    return None if shift.is_dated else calendars.lost(shift.segment, day)


def total_minutes(days: Iterable[WorkDay]) -> int:
    return sum(work.minutes for work in days)


def minutes_by[K](days: Iterable[WorkDay], names: Mapping[int, K]) -> dict[K, int]:
    """Minutes by what the segments are (`names` by their key): by setting, by host. They sum to the total."""
    found: dict[K, int] = {}
    for work in days:
        name = names[work.shift.segment]
        found[name] = found.get(name, 0) + work.minutes
    return found


def weeks(days: Iterable[WorkDay]) -> int:
    """Calendar weeks with at least one day of work."""
    return len({monday(work.day) for work in days})


def usual_week(shifts: Iterable[Shift]) -> int:
    """Minutes of the week that comes most often in a pattern, before any calendar; 0 where none is written."""
    weeks: Counter[date] = Counter()
    for work in work_days(shifts):
        weeks[monday(work.day)] += work.minutes
    lengths = Counter(weeks.values())
    return max(lengths, key=lambda minutes: (lengths[minutes], minutes), default=0)


def arithmetic(days: Iterable[WorkDay]) -> list[Line]:
    """Days grouped by their length, the most frequent first."""
    per_day: Counter[date] = Counter()
    for work in days:
        per_day[work.day] += work.minutes
    lines = [Line(count, length) for length, count in Counter(per_day.values()).items()]
    return sorted(lines, key=lambda line: (-line.days, -line.minutes))


def inside(shift: Shift, first: date, last: date) -> Shift | None:
    """The part of a shift between two days, both included; nothing when there is none."""
    starts_on, ends_on = max(shift.starts_on, first), min(shift.ends_on, last)
    return replace(shift, starts_on=starts_on, ends_on=ends_on) if starts_on <= ends_on else None


def cut(shift: Shift, first: date, last: date, calendars: Calendars) -> Shift | None:
    """As `inside`; what is left of a weekly pattern on one single date goes if a calendar takes that date away."""
    left = inside(shift, first, last)
    if left is None or not left.is_dated or shift.is_dated:
        return left
    is_worked = left.weekday == left.starts_on.weekday() and calendars.lost(left.segment, left.starts_on) is None
    return left if is_worked else None


def overlap(one: Sequence[WorkDay], other: Sequence[WorkDay]) -> date | None:
    """The first day of `one` on which work of the other is at the same time; both are in order."""
    place = 0
    for work in one:
        while place < len(other) and other[place].span[1] <= work.span[0]:
            place += 1
        if place < len(other) and other[place].span[0] < work.span[1]:
            return work.day
    return None


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


@lru_cache(maxsize=512)
def _stretches(
    starts_on: date, ends_on: date, weekday: int, starts_at: time, ends_at: time, break_minutes: int, zone: str
) -> tuple[tuple[date, Span, int], ...]:
    """Day, span and minutes of every date of a shift. A class has one pattern: a process works it out once."""
    first = starts_on + timedelta(days=(weekday - starts_on.weekday()) % 7)
    days = [first + 7 * week * DAY for week in range((ends_on - first).days // 7 + 1)]
    spans = [span(day, starts_at, ends_at, zone) for day in days]
    return tuple((day, stretch, minutes(stretch, break_minutes)) for day, stretch in zip(days, spans, strict=True))


def _days(shift: Shift) -> Iterator[WorkDay]:
    stretches = _stretches(
        shift.starts_on, shift.ends_on, shift.weekday, shift.starts_at, shift.ends_at, shift.break_minutes, shift.zone
    )
    return (WorkDay(day, shift, stretch, length) for day, stretch, length in stretches)
