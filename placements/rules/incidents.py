"""The clock that an accident starts, and what an insurer asks of the day: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from placements.accident_clocks import CLOCKS, Clock
from placements.models import Incident
from placements.rules.calendars import is_public_holiday
from placements.rules.hours import Span

Kind = Incident.Kind
Care = Incident.Care

_ORDER = tuple(Care)
_WORKING_WEEK = 5


@dataclass(frozen=True)
class Place:
    """Where it happened, for the law that holds there; `own_days` are working days that the school has set itself."""

    country: str
    region: str = ""
    own_days: int | None = None


def tell_by(kind: str, care: str, happened_on: date, place: Place) -> date | None:
    """The day by which the authority has to know; nothing where no rule is known or nobody was hurt.

    The day of the accident is not counted.
    """
    if kind != Kind.ACCIDENT or care == Care.NONE:
        return None
    if place.own_days is not None:
        return _after(happened_on, place.own_days, _WORKING_WEEK, place)
    rule = clock(care, happened_on, place.country)
    return _after(happened_on, rule.days, rule.week, place) if rule else None


def clock(care: str, happened_on: date, country: str) -> Clock | None:
    """The strictest rule of the country that held on that day for this care."""
    rules = [
        rule
        for rule in CLOCKS.get(country, ())
        if rule.since <= happened_on and _ORDER.index(Care(care)) >= _ORDER.index(Care(rule.care))
    ]
    return min(rules, key=lambda rule: rule.days, default=None)


def _after(day: date, count: int, week: int, place: Place) -> date:
    while count:
        day += timedelta(days=1)
        count -= _counts(day, week, place)
    return day


def _counts(day: date, week: int, place: Place) -> bool:
    """A week of seven days counts every day; a shorter one no public holiday either."""
    return week == 7 or (day.weekday() < week and not is_public_holiday(place.country, place.region, day))


def minutes_before(spans: Iterable[Span], moment: datetime) -> int:
    """Minutes from the beginning of each stretch (in UTC) until the moment; a stretch that comes later gives none.

    Breaks are in it: nobody knows on which side of the accident a break was.
    """
    return sum(int((min(end, moment) - start).total_seconds()) // 60 for start, end in spans if start < moment)
