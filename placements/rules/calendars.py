"""Days that a plan loses, and why: the calendars of the school, of the host and of the country, and days at school."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import holidays
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    SCHOOL = "school", _("the school is closed")
    HOST = "host", _("the workplace is closed")
    HOLIDAY = "holiday", _("public holiday")
    AT_SCHOOL = "at_school", _("day at school")


@dataclass(frozen=True, order=True)
class Lost:
    """A day on which somebody would have worked, and the reason why not."""

    day: date
    reason: Reason


@dataclass(frozen=True)
class Calendar:
    """What takes days away from one learner at one workplace. School weekdays (Monday is 0) hold while it is open."""

    school: frozenset[date] = frozenset()
    host: frozenset[date] = frozenset()
    country: str = ""
    region: str = ""
    at_school: frozenset[int] = frozenset()

    def lost(self, day: date) -> Lost | None:
        """Why nobody works on this day; nothing where the day is free for work."""
        for reason, closed in ((Reason.SCHOOL, self.school), (Reason.HOST, self.host)):
            if day in closed:
                return Lost(day, reason)
        if is_public_holiday(self.country, self.region, day):
            return Lost(day, Reason.HOLIDAY)
        return Lost(day, Reason.AT_SCHOOL) if day.weekday() in self.at_school else None


OPEN = Calendar()


@dataclass(frozen=True)
class Calendars:
    """The calendars of a plan by segment (its key); a segment without one loses nothing."""

    by_segment: Mapping[int, Calendar] = field(default_factory=dict)

    def lost(self, segment: int, day: date) -> Lost | None:
        return self.by_segment.get(segment, OPEN).lost(day)


def is_public_holiday(country: str, region: str, day: date) -> bool:
    """As the `holidays` library knows them; a country that it does not know has none, a region none of its own."""
    return day in _public_holidays(country, region, day.year)


@lru_cache(maxsize=512)
def _public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    if country not in _regions():
        return frozenset()
    known = region if region in _regions()[country] else None
    return frozenset(holidays.country_holidays(country, subdiv=known, years=year))


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


def first_reasons(lost: Iterable[Lost]) -> list[Lost]:
    """One line a day, in the order of days, each with its first reason."""
    found: dict[date, Lost] = {}
    for one in sorted(lost, key=lambda row: (row.day, list(Reason).index(row.reason))):
        found.setdefault(one.day, one)
    return list(found.values())
