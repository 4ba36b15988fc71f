"""One sweep: from moves to what is due, and from what is due to letters that wait. May run at any time, twice and in
parallel: the database is the truth.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from reminders.claiming import Decided, claim
from reminders.following import follow
from reminders.models import Due
from reminders.turning import turn_the_day


def sweep(*, now: datetime) -> Iterator[Decided]:
    """Turn the day, follow what has happened since, then decide on everything that is due by now."""
    turn_the_day(now=now)
    while follow(now=now):
        pass
    while batch := claim(now=now):
        yield from batch


def moments(day: date) -> Iterator[datetime]:
    """When sweeps of a day (UTC) have something to do: each hour, and each minute in which something falls due."""
    now = datetime.combine(day, time(), tzinfo=UTC)
    end = now + timedelta(days=1)
    while now < end:
        yield now
        following = _next_minute_due(now)
        hour = now.replace(minute=0) + timedelta(hours=1)
        now = min(hour, following) if following else hour


def _next_minute_due(now: datetime) -> datetime | None:
    coming = Due.objects.filter(state=Due.State.WAITING, due_at__gt=now).order_by("due_at", "pk")
    due_at = coming.values_list("due_at", flat=True).first()
    if due_at is None:
        return None
    minute = due_at.replace(second=0, microsecond=0)
    return minute if minute == due_at else minute + timedelta(minutes=1)
