"""What teachers are told of their class at work: how much there is to read, and no name."""

from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.urls import reverse

from placements.models import Placement, WorkEntry
from reminders.letters.parts import Matter
from reminders.models import Due
from reminders.ways import Ways


def to_read(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    theirs = Q(placement__teacher=ways.person) | Q(placement__enrolment__teacher=ways.person)
    found = []
    for row in rows:
        first = date.fromisoformat(row.series)
        last = first + timedelta(days=6)
        entries = WorkEntry.objects.filter(
            theirs, placement__school=ways.school, placement__enrolment__isnull=False, day__range=(first, last)
        )
        sums = entries.exclude(state=WorkEntry.State.WITHDRAWN).aggregate(
            students=Count("learner", distinct=True), minutes=Sum("logged_minutes", default=0)
        )
        found.append(
            Matter(
                student="",
                workplace=ways.school.name,
                starts_on=first,
                ends_on=last,
                week=first,
                count=sums["students"],
                minutes=sums["minutes"],
                url=ways.page(f"{reverse('placements:class_week')}?week={first}"),
            )
        )
    return found
