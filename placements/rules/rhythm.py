"""When a host is asked to confirm hours: as often as the plan says. Answering earlier is always possible."""

from collections.abc import Collection
from datetime import date, timedelta

from placements.models import PlanVersion
from placements.rules.hours import monday

FOUR_DAYS = 4
LONGEST_WAIT = timedelta(weeks=4)


def is_due(rhythm: str, waiting: Collection[date], *, last_weekday: int, ends_on: date, today: date) -> bool:
    """Whether the days of one placement that `waiting` names are asked for now.

    Every week: from the week's last planned day of work (`last_weekday`, Monday is 0) on. Every 4 days: once four days
    wait, or one has waited for four weeks. Every month: once the month is over. The last day makes all of them due.
    """
    if not waiting:
        return False
    if today >= ends_on:
        return True
    oldest = min(waiting)
    if rhythm == PlanVersion.Rhythm.FOUR_DAYS:
        return len(set(waiting)) >= FOUR_DAYS or today - oldest >= LONGEST_WAIT
    if rhythm == PlanVersion.Rhythm.MONTHLY:
        return (oldest.year, oldest.month) < (today.year, today.month)
    return today >= monday(oldest) + timedelta(days=last_weekday)
