"""Which students are asked for a day at work."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Max

from placements.models import Absence, Agreement, Placement, PlannedShift, WorkEntry
from placements.queries.days import planned_days
from placements.queries.plans import with_calendar_days
from reminders.asked.moves import Moves
from reminders.asked.programme import deadlines_of
from reminders.due.calendar import Calendar
from reminders.due.lines import Fact
from reminders.due.students import ToLog


def to_log(placements: dict[int, Placement], schools: dict[int, Calendar], moves: Moves) -> list[Fact]:
    """Students at work who sign in: the planned days after the last one of which anybody has said anything."""
    at_it = {
        pk: placement
        for pk, placement in placements.items()
        if placement.state == Placement.State.RUNNING and placement.enrolment_id and placement.learner.user_id
    }
    shifts, told = _work_shifts(at_it), _told(at_it)
    found: list[Fact] = []
    for placement in at_it.values():
        since = told.get(placement.pk, placement.starts_on - timedelta(days=1))
        if resumed := moves.resumed.get(placement.pk):
            since = max(since, schools[placement.school_id].day_of(resumed) - timedelta(days=1))
        days = planned_days(shifts[placement.pk], since + timedelta(days=1), placement.ends_on)
        found.append(
            ToLog(
                person=placement.learner_id,
                school=placement.school_id,
                placement=placement.pk,
                deadlines=deadlines_of(placement),
                days=sorted(days),
            )
        )
    return found


def _work_shifts(placement_ids: Collection[int]) -> dict[int, list[PlannedShift]]:
    """The shifts of the plans in force, each with the days that a calendar takes away."""
    agreed = PlannedShift.objects.filter(
        plan__placement__in=placement_ids, plan__agreement__state=Agreement.State.IN_FORCE
    )
    rows = with_calendar_days(agreed, "segment__").select_related(
        "plan", "segment__site", "segment__placement__enrolment__cohort"
    )
    found: dict[int, list[PlannedShift]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.plan.placement_id].append(row)
    return found


def _told(placement_ids: Collection[int]) -> dict[int, date]:
    """The last day of each placement that was logged or told as an absence."""
    logged = WorkEntry.objects.filter(placement__in=placement_ids).exclude(state=WorkEntry.State.WITHDRAWN)
    absent = Absence.objects.filter(placement__in=placement_ids, withdrawn_at=None)
    found: dict[int, date] = {}
    for rows in (logged, absent):
        for placement, day in rows.order_by().values_list("placement").annotate(last=Max("day")):
            found[placement] = max(day, found.get(placement, day))
    return found
