"""A learner's days over all placements: what is planned, what was logged, what is missed and what is closed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from core.keys import among
from placements.models import Absence, Agreement, Placement, PlannedShift, PlanVersion, WorkEntry
from placements.queries.days import IN_FORCE_FIRST, work_days
from placements.queries.plans import with_calendar_days
from placements.rules.calendars import Lost
from placements.rules.hours import Span, week_of
from placements.rules.own_days import Standing, is_still_planned, standing_of


@dataclass(frozen=True)
class PlannedDay:
    """One shift on one day; `number` counts the shifts of a placement on that day, `lost` says why nobody works."""

    row: PlannedShift
    day: date
    span: Span
    minutes: int
    number: int
    lost: Lost | None

    @property
    def placement(self) -> Placement:
        return self.row.segment.placement


@dataclass
class OwnDay:
    """Everything of one day."""

    day: date
    planned: list[PlannedDay] = field(default_factory=list)
    lost: Lost | None = None
    entries: list[WorkEntry] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    @property
    def planned_minutes(self) -> int:
        return sum(one.minutes for one in self.planned)

    @property
    def logged_minutes(self) -> int:
        return sum(entry.logged_minutes for entry in self.entries)

    @property
    def confirmed_minutes(self) -> int:
        return sum(entry.confirmed_minutes or 0 for entry in self.entries)

    def standing(self, today: date) -> Standing:
        states = {entry.state for entry in self.entries}
        return standing_of(self.day, today, states=states, is_planned=bool(self.planned), is_absent=bool(self.absences))


@dataclass(frozen=True)
class OwnWeek:
    days: list[OwnDay]

    @property
    def planned(self) -> int:
        return sum(day.planned_minutes for day in self.days)

    @property
    def logged(self) -> int:
        return sum(day.logged_minutes for day in self.days)

    @property
    def confirmed(self) -> int:
        return sum(day.confirmed_minutes for day in self.days)


def own_shifts(placements: QuerySet[Placement]) -> list[PlannedShift]:
    """The pattern that holds of each placement: of the plan in force, else of the newest that was sent. One query."""
    sent = PlanVersion.objects.filter(placement=OuterRef("pk")).exclude(
        agreement__state=Agreement.State.DRAFT, placement__state=Placement.State.PLANNED
    )
    held = placements.values_list(Subquery(sent.order_by(IN_FORCE_FIRST, "-number").values("pk")[:1]))
    known = with_calendar_days(PlannedShift.objects.filter(among("plan", held)), "segment__").select_related(
        "segment__site__employer", "segment__placement__enrolment__cohort", "segment__placement__employer"
    )
    return list(known.order_by("starts_on", "weekday", "starts_at", "pk"))


def planned_days(shifts: Iterable[PlannedShift], first: date, last: date, *, today: date) -> list[PlannedDay]:
    """The days of these shifts between two days in order; days of a placement that is paused or over are left out."""
    found: list[PlannedDay] = []
    numbers: dict[tuple[int, date], int] = defaultdict(int)
    for row, work, lost in work_days(shifts, first, last):
        placement = row.segment.placement
        if is_still_planned(placement.state, work.day, today):
            numbers[placement.pk, work.day] += 1
            number = numbers[placement.pk, work.day]
            found.append(PlannedDay(row, work.day, work.span, work.minutes, number, lost))
    return sorted(found, key=lambda one: (one.span, one.row.pk))


def own_week(placements: QuerySet[Placement], monday: date, *, today: date) -> OwnWeek:
    """Seven days from a Monday on, in three queries."""
    first, last = week_of(monday)
    days = {first + timedelta(days=number): OwnDay(first + timedelta(days=number)) for number in range(7)}
    for one in planned_days(own_shifts(placements), first, last, today=today):
        if one.lost:
            days[one.day].lost = one.lost
        else:
            days[one.day].planned.append(one)
    between = {"placement__in": placements.values("pk"), "day__range": (first, last)}
    entries = WorkEntry.objects.filter(**between).exclude(state=WorkEntry.State.WITHDRAWN)
    for entry in entries.select_related("placement__employer").order_by("day", "starts_at", "pk"):
        days[entry.day].entries.append(entry)
    for absence in Absence.objects.filter(**between, withdrawn_at=None).order_by("day", "pk"):
        days[absence.day].absences.append(absence)
    return OwnWeek(list(days.values()))


def ahead(placements: QuerySet[Placement], first: date, last: date, *, today: date) -> list[PlannedDay]:
    """Days of work between two days, without closed days and those told as an absence, in two queries."""
    shifts = own_shifts(placements.exclude(state=Placement.State.CANCELLED))
    told = Absence.objects.filter(placement__in=placements.values("pk"), day__range=(first, last), withdrawn_at=None)
    missed = set(told.order_by().values_list("placement", "day"))
    days = planned_days(shifts, first, last, today=today)
    return [one for one in days if one.lost is None and (one.placement.pk, one.day) not in missed]
