"""Hours at work as arithmetic: how long a stretch is, what may be logged, and what both sides agree on.

Everything is in whole minutes. Times are local to a zone; lengths are taken in UTC, because an hour that the clock
repeats or skips is worked or not worked all the same.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from placements.models import WorkEntry

LONG = 12 * 60
LONGEST = 16 * 60
WINDOW = timedelta(days=14)
UNDO = timedelta(hours=24)

type Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Problem:
    """Why a day cannot be logged like this; `field` is the name in the form, `text` is for the person."""

    field: str
    text: Any


@dataclass(frozen=True)
class Stretch:
    """A stretch of work on a day, as a person writes it: over midnight when `ends_at` is not after `starts_at`."""

    day: date
    starts_at: time
    ends_at: time
    break_minutes: int
    zone: str

    @property
    def span(self) -> Span:
        return span(self.day, self.starts_at, self.ends_at, self.zone)

    @property
    def minutes(self) -> int:
        return minutes(self.span, self.break_minutes)


@dataclass(frozen=True)
class Agreed:
    """Where an entry stands: `minutes` is the part that both sides agree to, None before the host's answer."""

    state: WorkEntry.State
    minutes: int | None


def monday(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    return monday(day), monday(day) + timedelta(days=6)


def span(day: date, starts_at: time, ends_at: time, zone: str) -> Span:
    """The same stretch in UTC: 22:00 to 06:00 in Paris is 9 h on 24 October 2026 and 7 h on 28 March 2026."""
    last = day if ends_at > starts_at else day + timedelta(days=1)
    return in_utc(day, starts_at, zone), in_utc(last, ends_at, zone)


def minutes(span: Span, break_minutes: int) -> int:
    """Whole minutes of work; negative when the break is longer than the stretch."""
    return int((span[1] - span[0]).total_seconds()) // 60 - break_minutes


def agreed(student_minutes: int, host_minutes: int | None) -> Agreed:
    """Only what both sides say counts (product 6, E3): the lower of both."""
    if host_minutes is None:
        return Agreed(WorkEntry.State.LOGGED, None)
    if host_minutes == student_minutes:
        return Agreed(WorkEntry.State.CONFIRMED, student_minutes)
    return Agreed(WorkEntry.State.DISPUTED, min(student_minutes, host_minutes))


def problems(
    stretch: Stretch,
    *,
    starts_on: date,
    ends_on: date,
    today: date,
    long_agreed: bool = False,
    closed: bool = False,
    note: str = "",
) -> list[Problem]:
    """What speaks against logging this stretch in a placement of these dates; nothing when it may be logged.

    `closed`: the host or the school does not work on that day, so a note has to say why the learner did (E19).
    """
    found = _day_problems(stretch.day, starts_on, ends_on, today) + _length_problems(stretch, long_agreed)
    if closed and not note.strip():
        found.append(Problem("note", _("This is a closed day. Write in the note why you worked.")))
    return found


def _day_problems(day: date, starts_on: date, ends_on: date, today: date) -> list[Problem]:
    if day > today:
        return [Problem("day", _("This day is still to come. Log it when you have worked."))]
    if not starts_on <= day <= ends_on:
        return [Problem("day", _("This day is outside your placement. Check the date."))]
    if day < today - WINDOW:
        return [Problem("day", _("This day is more than 14 days ago. Ask your school to add it."))]
    return []


def _length_problems(stretch: Stretch, long_agreed: bool) -> list[Problem]:
    worked = stretch.minutes
    if stretch.starts_at == stretch.ends_at:
        return [Problem("ends_at", _("You start and finish at the same time. Check both times."))]
    if stretch.break_minutes < 0:
        return [Problem("break_minutes", _("A break cannot be less than 0 minutes."))]
    if worked <= 0:
        return [Problem("break_minutes", _("No time is left after the break. Check the times and the break."))]
    if worked > LONGEST:
        return [Problem("ends_at", _("This is more than 16 hours. Check both times."))]
    if worked > LONG and not long_agreed:
        return [Problem("long_day", _("This is more than 12 hours. Tick the box if it is right."))]
    return []


def in_utc(day: date, at: time, zone: str) -> datetime:
    """The first of two moments when the clock shows the time twice; the moment of the jump when it never does."""
    place = ZoneInfo(zone)
    moment = datetime.combine(day, at, tzinfo=place).astimezone(UTC)
    other = datetime.combine(day, at.replace(fold=1), tzinfo=place).astimezone(UTC)
    return moment if moment <= other else _jump(other, moment, place)


def _jump(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """When the clock was put forward, between two moments of which only the second is after it."""
    new_offset = after.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(place).utcoffset() == new_offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
