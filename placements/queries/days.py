"""Reads of single days of a placement: what is planned for them, what of it was worked and what was told as absence."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from django.db.models import Case, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from core.keys import among
from placements.models import Absence, Agreement, Placement, PlannedShift, PlanVersion, WorkEntry
from placements.queries.plans import as_shift, calendar_of, with_calendar_days
from placements.rules import plan as rules
from placements.rules.absences import DaySum
from placements.rules.calendars import Lost

type Planned = dict[date, list[tuple[PlannedShift, int]]]
"""The shifts of each day and their minutes."""

IN_FORCE_FIRST = Case(When(Q(agreement__state=Agreement.State.IN_FORCE), then=0), default=1)


def current_shifts(placement: Placement) -> list[PlannedShift]:
    """The pattern that holds: of the plan in force, else of the newest."""
    plan = PlanVersion.objects.filter(placement=placement).order_by(IN_FORCE_FIRST, "-number").values("pk")[:1]
    shifts = with_calendar_days(PlannedShift.objects.filter(among("plan", plan)), "segment__")
    shifts = shifts.select_related("segment__site", "segment__placement__enrolment__cohort")
    return list(shifts.order_by("starts_on", "weekday", "starts_at", "pk"))


def planned_between(placement: Placement, first: date, last: date) -> Planned:
    """The shifts of each planned day with their minutes; days that a calendar takes away are left out."""
    return planned_days(current_shifts(placement), first, last)


def planned_days(shifts: Collection[PlannedShift], first: date, last: date) -> Planned:
    """As `planned_between`, of these shifts, as `current_shifts` reads them."""
    found: Planned = {}
    for row, work, lost in work_days(shifts, first, last):
        if lost is None:
            found.setdefault(work.day, []).append((row, work.minutes))
    return found


def work_days(
    shifts: Iterable[PlannedShift], first: date, last: date
) -> Iterator[tuple[PlannedShift, rules.WorkDay, Lost | None]]:
    """Every day of these shifts between two days, and what takes it away: nothing takes away a day that has a date."""
    for row in shifts:
        shift = as_shift(row)
        part, calendar = rules.inside(shift, first, last), calendar_of(row.segment, row)
        for work in rules.work_days([part]) if part else ():
            yield row, work, None if shift.is_dated else calendar.lost(work.day)


def sums_of(placement: Placement, planned: Planned, first: date, last: date) -> dict[date, DaySum]:
    """What each day of a stretch comes to; days without anything are left out. Work that makes up is no part of it."""
    between = {"placement": placement, "day__range": (first, last)}
    entries = WorkEntry.objects.filter(**between, make_up=False).order_by().values("day")
    worked_days = entries.annotate(kind=Value("worked"), sum=Sum(Coalesce("confirmed_minutes", "logged_minutes")))
    told = Absence.objects.filter(**between, withdrawn_at=None).order_by().values("day")
    absent_days = told.annotate(kind=Value("absent"), sum=Sum("minutes"))
    both: dict[str, dict[date, int]] = {"worked": {}, "absent": {}}
    columns = ("kind", "day", "sum")
    for kind, day, sum_of_day in (
        worked_days.values_list(*columns).union(absent_days.values_list(*columns), all=True).order_by()
    ):
        both[kind][day] = sum_of_day
    worked, absent = both["worked"], both["absent"]
    lengths = {day: sum(length for _row, length in rows) for day, rows in planned.items() if first <= day <= last}
    days = sorted({*lengths, *worked, *absent})
    return {day: DaySum(lengths.get(day, 0), worked.get(day, 0), absent.get(day, 0)) for day in days}


def day_of(placement: Placement, day: date) -> DaySum:
    return sums_of(placement, planned_between(placement, day, day), day, day).get(day, DaySum())
