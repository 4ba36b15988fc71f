"""Hours at work as arithmetic: how long a stretch is, what may be logged, and what both sides agree on.

Everything is in whole minutes. Times are local to a zone; lengths are taken in UTC, because an hour that the clock
repeats or skips is worked or not worked all the same.
"""

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from placements.models import WorkEntry

LONG = 12 * 60
LONGEST = 16 * 60
WINDOW = timedelta(days=14)
FREE_CHANGE = timedelta(hours=72)
UNDO = timedelta(hours=24)
DAYS_TO_SETTLE = 5
SATURDAY = 5

type Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Problem:
    """Why a day cannot be logged like this; `field` is the name in the form, `text` is for the person."""

    field: str
    text: Any


class Said(Protocol):
    """What one side said of an entry and when."""

    side: str
    minutes: int
    at: datetime


@dataclass(frozen=True)
class Stretch:
    """A stretch of work on a day, as a person writes it: over midnight when `ends_at` is not after `starts_at`.

    `starts_again` and `ends_again`: of a time that the clock shows twice, whether the second is meant; None: not said.
    """

    day: date
    starts_at: time
    ends_at: time
    break_minutes: int
    zone: str
    starts_again: bool | None = None
    ends_again: bool | None = None

    @property
    def last_day(self) -> date:
        return self.day if self.ends_at > self.starts_at else self.day + timedelta(days=1)

    @property
    def span(self) -> Span:
        return (
            in_utc(self.day, self.starts_at, self.zone, again=bool(self.starts_again)),
            in_utc(self.last_day, self.ends_at, self.zone, again=bool(self.ends_again)),
        )

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


# Most placements of a school work at the same hours: a list of them asks for each of its days many times.
@functools.lru_cache(maxsize=16_384)
def span(day: date, starts_at: time, ends_at: time, zone: str) -> Span:
    """The same stretch in UTC: 22:00 to 06:00 in Paris is 9 h on 24 October 2026 and 7 h on 28 March 2026."""
    last = day if ends_at > starts_at else day + timedelta(days=1)
    return in_utc(day, starts_at, zone), in_utc(last, ends_at, zone)


def minutes(span: Span, break_minutes: int) -> int:
    """Whole minutes of work; negative when the break is longer than the stretch."""
    return int((span[1] - span[0]).total_seconds()) // 60 - break_minutes


def agreed(student: int | None, host: int | None, school: int | None = None) -> Agreed:
    """Where an entry stands when these are the last words of each side; None where a side has said nothing.

    Only what both sides say counts: the lower of both (product 6, E3). The host alone carries hours while the learner
    says nothing against them (E31). The school's word settles a difference. Where nobody says anything any more, such
    as after the host took back a day of its own, the entry is withdrawn.
    """
    if school is not None:
        return Agreed(WorkEntry.State.CONFIRMED, school)
    if host is None:
        return Agreed(WorkEntry.State.WITHDRAWN, 0) if student is None else Agreed(WorkEntry.State.LOGGED, None)
    if student is None or host == student:
        return Agreed(WorkEntry.State.CONFIRMED, host)
    return Agreed(WorkEntry.State.DISPUTED, min(student, host))


def differs_since(words: Iterable[Said]) -> datetime | None:
    """Since when learner and host say different minutes, from all their words in order; None when they do not."""
    last: dict[str, int] = {}
    since = None
    for word in words:
        last[word.side] = word.minutes
        differs = len(last) > 1 and len(set(last.values())) > 1
        since = (since or word.at) if differs else None
    return since


def settle_by(since: date, closed: Collection[date]) -> date:
    """The fifth working day after the day since which the sides differ (product 6, E3); `closed`: of the school."""
    day, left = since, DAYS_TO_SETTLE
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY and day not in closed
    return day


def problems(
    stretch: Stretch,
    *,
    starts_on: date,
    ends_on: date,
    today: date,
    long_agreed: bool = False,
    closed: bool = False,
    note: str = "",
    late_reason: str = "",
) -> list[Problem]:
    """What speaks against logging this stretch in a placement of these dates; nothing when it may be logged.

    `closed`: the host or the school does not work on that day, so a note has to say why the learner did (E19).
    A day of more than 14 days ago needs a `late_reason`.
    """
    found = _day_problems(stretch.day, starts_on, ends_on, today) + _clock_problems(stretch)
    found = found or _length_problems(stretch, long_agreed)
    if not found and is_late(stretch.day, today) and not late_reason.strip():
        found.append(Problem("late_reason", _("This day is more than 14 days ago. Say why you write it only now.")))
    if closed and not note.strip():
        found.append(Problem("note", _("This is a closed day. Write in the note why there was work.")))
    return found


def _day_problems(day: date, starts_on: date, ends_on: date, today: date) -> list[Problem]:
    if day > today:
        return [Problem("day", _("This day is still to come. It can be written down when the work is done."))]
    if not starts_on <= day <= ends_on:
        return [Problem("day", _("This day is outside the placement. Check the date."))]
    return []


def is_late(day: date, today: date) -> bool:
    """Whether a day is written down so late that it needs a reason."""
    return day < today - WINDOW


def _clock_problems(stretch: Stretch) -> list[Problem]:
    text = _("The clock shows this time twice on that night. Say which one you mean.")
    found = []
    if stretch.starts_again is None and is_twice(stretch.day, stretch.starts_at, stretch.zone):
        found.append(Problem("starts_again", text))
    if stretch.ends_again is None and is_twice(stretch.last_day, stretch.ends_at, stretch.zone):
        found.append(Problem("ends_again", text))
    return found


def _length_problems(stretch: Stretch, long_agreed: bool) -> list[Problem]:
    worked = stretch.minutes
    if stretch.starts_at == stretch.ends_at:
        return [Problem("ends_at", _("Start and end are the same time. Check both."))]
    if stretch.break_minutes < 0:
        return [Problem("break_minutes", _("A break cannot be less than 0 minutes."))]
    if worked <= 0:
        return [Problem("break_minutes", _("No time is left after the break. Check the times and the break."))]
    if worked > LONGEST:
        return [Problem("ends_at", _("This is more than 16 hours. Check both times."))]
    if worked > LONG and not long_agreed:
        return [Problem("long_day", _("This is more than 12 hours. Tick the box if it is right."))]
    return []


def in_utc(day: date, at: time, zone: str, *, again: bool = False) -> datetime:
    """The moment when the clock shows a time: of two the first, or with `again` the second.

    A time that the clock skips is the moment of the jump.
    """
    first, second = _moments(day, at, ZoneInfo(zone))
    if first > second:
        return _jump(second, first, ZoneInfo(zone))
    return second if again else first


def is_twice(day: date, at: time, zone: str) -> bool:
    """Whether the clock shows this time twice on that day: the hour is repeated when summer time ends."""
    first, second = _moments(day, at, ZoneInfo(zone))
    return first < second


def _moments(day: date, at: time, place: ZoneInfo) -> Span:
    first, second = (datetime.combine(day, at.replace(fold=fold), tzinfo=place) for fold in (0, 1))
    return first.astimezone(UTC), second.astimezone(UTC)


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
