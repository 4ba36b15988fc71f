"""The days on which letters are counted and sent."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)


@dataclass(frozen=True)
class Calendar:
    """The working days of a school, in its time zone."""

    zone: ZoneInfo
    closed: frozenset[date] = frozenset()

    def in_zone(self, zone: ZoneInfo) -> "Calendar":
        """The same days, by the clock of another place."""
        return replace(self, zone=zone)

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days later; with 0, the day itself."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def on_or_before(self, day: date) -> date:
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def days_before(self, day: date, counts: Collection[int]) -> dict[date, str]:
        """The working days that are so many days of the calendar before `day`, or earlier, with their names ("D-3")."""
        return {self.on_or_before(day - timedelta(days=count)): f"D-{count}" for count in counts}

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def next_morning(self, now: datetime) -> datetime:
        return self.at(self.day_of(now) + timedelta(days=1), MORNING)
