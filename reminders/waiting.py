"""When a letter leaves that could not leave at once: in the hours of its reader, on a day without another letter."""

from datetime import date, datetime, time, timedelta

from reminders import readers
from reminders.models import Outbox


def next_time(outbox: Outbox, at: datetime) -> tuple[datetime, date]:
    """The first such moment from `at` on, and the day that it is for the reader; what goes apart waits for nothing."""
    reaches = list(readers.reaches(list(outbox.due.all()), now=at).values())
    if outbox.apart or not reaches:
        return at, outbox.day
    while True:
        moment = max(reach.next_moment(at) for reach in reaches)
        day = reaches[0].day_of(moment)
        if free_day(outbox, day) == day:
            return moment, day
        at = datetime.combine(day + timedelta(days=1), time(), tzinfo=reaches[0].zone)


def free_day(outbox: Outbox, day: date) -> date:
    """The first day from this one on without another letter to the person."""
    others = Outbox.objects.filter(person=outbox.person_id, apart=False).exclude(pk=outbox.pk)
    while not outbox.apart and others.filter(day=day).exists():
        day += timedelta(days=1)
    return day
