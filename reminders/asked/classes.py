"""Which weeks at work a teacher can read: those of which students have written down something."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q

from accounts.roles import Role
from placements.models import WorkEntry
from placements.rules.hours import monday
from reminders.asked.staff import staff_of
from reminders.due.classes import ToRead

BACK = timedelta(weeks=2)
"""How far back a week is news."""


def to_read(teachers: Collection[int], today: date) -> list[ToRead]:
    """The weeks of the last fortnight, for teachers who work at the school of these students today."""
    theirs = Q(placement__teacher__in=teachers) | Q(placement__enrolment__teacher__in=teachers)
    entries = WorkEntry.objects.filter(
        theirs, day__gte=monday(today) - BACK, day__lte=today, placement__enrolment__isnull=False
    ).exclude(state=WorkEntry.State.WITHDRAWN)
    columns = ("placement__school", "placement__teacher", "placement__enrolment__teacher", "day")
    days = set(entries.order_by().values_list(*columns).distinct()) if teachers else set()
    staff = staff_of({school for school, *_rest in days}, today)
    weeks = {
        (school, teacher, monday(day))
        for school, *pair, day in days
        for teacher in pair
        if teacher in teachers and teacher in staff.all_of(school, Role.TEACHER)
    }
    return [
        ToRead(person=teacher, school=school, placement=0, monday=first) for school, teacher, first in sorted(weeks)
    ]
