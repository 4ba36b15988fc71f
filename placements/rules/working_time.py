"""Limits of working time, looked at per person over all known work: pure, for planned and for logged work alike.

Lengths are whole minutes; moments are in UTC, so that nights with a clock change and work in two zones are right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from placements.rules.hours import in_utc, monday


@dataclass(frozen=True)
class Spell:
    """Work on one local day. Without moments only its length is known; `minutes` are without breaks."""

    day: date
    minutes: int
    begins: datetime | None = None
    ends: datetime | None = None
    break_minutes: int = 0
    zone: str = "UTC"
    host: str | None = None


@dataclass(frozen=True)
class Limits:
    """What is allowed, in minutes and days; what is left out is not limited. A night is local, (from, to)."""

    per_day: int | None = None
    per_week: int | None = None
    night: tuple[time, time] | None = None
    pause_after: int | None = None
    pause: int = 0
    rest_between_days: int | None = None
    rest_days: int | None = None
    rest_days_together: bool = False
    rest_days_with: tuple[int, ...] = ()


@dataclass(frozen=True)
class Breach:
    """One limit broken on a day (of a week, on its Monday): `value` beside `limit`, in `measure`."""

    kind: str
    day: date
    value: int
    limit: int
    measure: str
    hosts: int


def breaches(spells: Sequence[Spell], limits: Limits, applies: Callable[[date], bool]) -> list[Breach]:
    """All breaches in the order of days; `applies` says whether the limits hold for the person on that day."""
    inside = [spell for spell in sorted(spells, key=lambda one: (one.day, str(one.begins))) if applies(spell.day)]
    found = [
        *_sums(inside, limits.per_day, "day", lambda spell: spell.day),
        *_sums(inside, limits.per_week, "week", lambda spell: monday(spell.day)),
        *_nights(inside, limits.night),
        *_pauses(inside, limits),
        *_rests(spells, limits.rest_between_days, applies),
        *_rest_days(inside, limits),
    ]
    return sorted(found, key=lambda one: (one.day, one.kind))


def _by(spells: Sequence[Spell], name: Callable[[Spell], date]) -> dict[date, list[Spell]]:
    found: dict[date, list[Spell]] = {}
    for spell in spells:
        found.setdefault(name(spell), []).append(spell)
    return found


def _hosts(spells: Sequence[Spell]) -> int:
    return len({spell.host for spell in spells})


def _sums(spells: Sequence[Spell], most: int | None, kind: str, name: Callable[[Spell], date]) -> Iterator[Breach]:
    if most is None:
        return
    for day, some in _by(spells, name).items():
        total = sum(spell.minutes for spell in some)
        if total > most:
            yield Breach(kind, day, total, most, "minutes", _hosts(some))


def _nights(spells: Sequence[Spell], night: tuple[time, time] | None) -> Iterator[Breach]:
    if night is None:
        return
    for spell in spells:
        at_night = _minutes_at_night(spell, night)
        if at_night:
            yield Breach("night", spell.day, at_night, 0, "minutes", 1)


def _minutes_at_night(spell: Spell, night: tuple[time, time]) -> int:
    if spell.begins is None or spell.ends is None:
        return 0
    total = timedelta()
    first = spell.begins.astimezone(ZoneInfo(spell.zone)).date() - timedelta(days=1)
    for number in range((spell.ends - spell.begins).days + 4):
        begins, ends = _night_of(first + timedelta(days=number), night, spell.zone)
        total += max(min(ends, spell.ends) - max(begins, spell.begins), timedelta())
    return int(total.total_seconds()) // 60


def _night_of(day: date, night: tuple[time, time], zone: str) -> tuple[datetime, datetime]:
    since, until = night
    last = day if until > since else day + timedelta(days=1)
    return in_utc(day, since, zone), in_utc(last, until, zone)


def _pauses(spells: Sequence[Spell], limits: Limits) -> Iterator[Breach]:
    if limits.pause_after is None:
        return
    for spell in spells:
        if spell.begins and spell.minutes > limits.pause_after and spell.break_minutes < limits.pause:
            yield Breach("break", spell.day, spell.break_minutes, limits.pause, "minutes", 1)


def _rests(spells: Sequence[Spell], least: int | None, applies: Callable[[date], bool]) -> Iterator[Breach]:
    """From the last end on one day of work to the first beginning on the next one."""
    if least is None:
        return
    days = _by([spell for spell in spells if spell.begins and spell.ends], lambda spell: spell.day)
    for before, day in pairwise(sorted(days)):
        ended = max(spell.ends for spell in days[before] if spell.ends)
        begun = min(spell.begins for spell in days[day] if spell.begins)
        rest = int((begun - ended).total_seconds()) // 60
        if rest < least and applies(day):
            yield Breach("rest_between_days", day, max(rest, 0), least, "minutes", _hosts(days[before] + days[day]))


def _rest_days(spells: Sequence[Spell], limits: Limits) -> Iterator[Breach]:
    if limits.rest_days is None and not limits.rest_days_with:
        return
    worked = {spell.day for spell in spells}
    for week, some in _by(spells, lambda spell: monday(spell.day)).items():
        rested = _rested([week + timedelta(days=number) not in worked for number in range(14)], limits)
        if rested < (limits.rest_days or 1):
            yield Breach("rest_days", week, rested, limits.rest_days or 1, "days", _hosts(some))


def _rested(free: list[bool], limits: Limits) -> int:
    """Free days as the limits count them: all of the week, or the longest run that begins in it and may go on into the
    next one; none when a day that must be free is not. `free` says it of the 14 days from the week's Monday on."""
    if not limits.rest_days_together:
        return sum(free[:7]) if all(free[day] for day in limits.rest_days_with) else 0
    runs = [_run(free, first) for first in range(7) if free[first]]
    wanted = set(limits.rest_days_with)
    return max((len(run) for run in runs if wanted <= {day % 7 for day in run}), default=0)


def _run(free: list[bool], first: int) -> list[int]:
    days = [first]
    while days[-1] + 1 < len(free) and free[days[-1] + 1]:
        days.append(days[-1] + 1)
    return days
