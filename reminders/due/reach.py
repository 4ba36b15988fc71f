"""When one reader may be written to: pure. What is due in the night or on a free day waits for the next morning."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from placements.rules.calendars import is_public_holiday
from reminders.due.calendar import MORNING

NIGHT = time(20)
"""The hours begin with the morning letters, so that what waits over night goes into the same letter as these."""
EVERY_DAY = frozenset(range(7))
WORKING_WEEK = frozenset(range(5))


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The hours and days of one reader, in its own time zone.

    For a reader at a host: `weekdays` (Monday is 0, never empty) on which somebody works there, the days on which it is
    `closed`, and the public holidays of its `country` and `region`.
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = EVERY_DAY
    closed: frozenset[date] = frozenset()
    country: str = ""
    region: str = ""

    def next_moment(self, now: datetime) -> datetime:
        """`now` if the reader may be written to now, else the next morning (UTC) on which it may.

        `closed` has an end, so there always is one: a site that is closed for years is written to after the last day.
        """
        local = now.astimezone(self.zone)
        day = local.date()
        if self._is_open(day) and MORNING <= local.time() < NIGHT:
            return now
        if local.time() >= MORNING:
            day += timedelta(days=1)
        while not self._is_open(day):
            day += timedelta(days=1)
        return datetime.combine(day, MORNING, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """The day that it is for the reader."""
        return moment.astimezone(self.zone).date()

    def _is_open(self, day: date) -> bool:
        closed = day in self.closed or is_public_holiday(self.country, self.region, day)
        return day.weekday() in self.weekdays and not closed
