"""What several kinds of matters need of a placement."""

from datetime import date, datetime

from django.db.models import Sum
from django.utils import timezone

from placements.models import Placement, WorkEntry
from placements.rules.hours import monday
from reminders.letters.parts import Matter
from reminders.models import Due
from reminders.ways import Ways


def matter_of(placement: Placement, ways: Ways, **more) -> Matter:
    return Matter(
        student=placement.learner.full_name,
        workplace=(placement.employer or placement.school).name,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        own=placement.learner_id == ways.person.pk,
        **more,
    )


def still_to_come(day: date | None, now: datetime) -> date | None:
    """A day that has gone by is not named: it would only blame."""
    return day if day and day >= timezone.localdate(now) else None


def minutes_of(rows: list[Due], **only) -> dict[tuple[int, str], tuple[int, int]]:
    """Logged and confirmed minutes by placement and week."""
    entries = WorkEntry.objects.filter(placement__in={row.subject_id for row in rows}, **only)
    sums = {(row.subject_id, row.series): (0, 0) for row in rows}
    days = entries.values("placement_id", "day").annotate(logged=Sum("logged_minutes"), said=Sum("confirmed_minutes"))
    for day in days.order_by():
        key = day["placement_id"], monday(day["day"]).isoformat()
        if key in sums:
            sums[key] = sums[key][0] + day["logged"], sums[key][1] + (day["said"] or 0)
    return sums
