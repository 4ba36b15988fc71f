"""How long a student waits for somebody to read a note, in hours of the school: pure."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from placements.rules.hours import in_utc

OPENS, CLOSES = time(8), time(16)
"""When somebody is at school who can read it, from Monday to Friday."""

PROMISE = 60
"""Minutes of school within which a note is read (product 7, goal 10)."""


def school_minutes(since: datetime, until: datetime, zone: str, closed: Collection[date]) -> int:
    """Minutes between two moments while the school was open; a note of the evening waits from the next morning on."""
    place = ZoneInfo(zone)
    day, last = since.astimezone(place).date(), until.astimezone(place).date()
    total = timedelta()
    while day <= last:
        if day.weekday() < 5 and day not in closed:
            total += max(timedelta(), min(until, in_utc(day, CLOSES, zone)) - max(since, in_utc(day, OPENS, zone)))
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60
