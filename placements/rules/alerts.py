"""Working time as it was logged, beside the limits that hold for the person: kept as it is, and said (E5, E6, E7)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from placements.rules.hours import monday
from placements.rules.limits import Bound, Broken, Work, broken
from placements.rules.working_time import Spell

WEEK = "week"
ELSEWHERE = "elsewhere"


def alerts(
    bounds: Sequence[Bound],
    work: Sequence[Work],
    *,
    birth_date: date | None,
    elsewhere: Mapping[date, int],
    allowed: Mapping[str, date | None],
) -> list[Broken]:
    """Every limit that logged work breaks, in the order of days.

    `work` is all work of the person, at every host. `elsewhere` are minutes of other paid work by the Monday of their
    week; on which days they were worked is not known, so they count in the sum of the week only. `allowed` are limits
    that somebody with authority has lifted, each with the last day of that.
    """
    whole = [*work, *_elsewhere(work, elsewhere)]
    found = [
        *(one for one in broken(bounds, work, birth_date) if one.breach.kind != WEEK),
        *(one for one in broken(bounds, whole, birth_date) if one.breach.kind == WEEK),
    ]
    return sorted(
        (one for one in found if not _is_allowed(one, allowed)), key=lambda one: (one.breach.day, one.breach.kind)
    )


def touches(one: Broken, days: Sequence[date]) -> bool:
    """Whether work on one of these days belongs to what is broken."""
    return any(one.breach.day <= day <= one.last_day for day in days)


def _elsewhere(work: Sequence[Work], minutes: Mapping[date, int]) -> list[Work]:
    """Other work stands on the first known day of work of its week: the age on that day chooses the limit."""
    days = sorted({one.spell.day for one in work})
    return [
        Work(Spell(day=next(group), minutes=minutes[week], host=ELSEWHERE), activity="job")
        for week, group in groupby(days, key=monday)
        if minutes.get(week)
    ]


def _is_allowed(one: Broken, allowed: Mapping[str, date | None]) -> bool:
    if one.bound.limit.key not in allowed:
        return False
    until = allowed[one.bound.limit.key]
    return until is None or one.breach.day <= until


def weeks_of(days: Sequence[date], starts_on: date, ends_on: date) -> set[date]:
    """The Mondays of worked days whose week touches a stretch of dates."""
    return {monday(day) for day in days if monday(day) <= ends_on and monday(day) + timedelta(days=6) >= starts_on}
