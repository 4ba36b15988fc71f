"""The plan of a placement as a workplace reads it: one page, plain words, with what helps the student and no more."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.keys import among
from placements import plan_text
from placements.models import Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment, TaskDone
from placements.queries import plans
from placements.queries.adjustments import texts_for_host
from placements.queries.contacts import Caller, callers_of
from placements.queries.limits import bounds_for, standing_keys, standing_plans
from placements.rules import host_plan as rules
from placements.rules.calendars import Calendars
from placements.rules.requesting import age_group
from placements.rules.text import sections
from placements.rules.timetable import Timetable, lost_lines, shift_lines
from schools.models import TaskTemplate

SHOWN = 6
_WITH_PLACE = (
    "segment__site__employer", "segment__site__organisation", "segment__supervisor__person",
    "segment__placement__enrolment__cohort",
)  # fmt: skip


@dataclass(frozen=True)
class HostPlan:
    """The parts of the page, in its order; what is not known is empty."""

    programme: str
    age_group: Any
    places: list[str]
    bring: str
    days: list[str]
    days_off: list[str]
    insurance: list[str]
    to_do: list[str]
    wants: list[str]
    usual: list[str]
    helps: list[str]
    limits: list[str]
    callers: list[Caller]


def host_plan_of(placement: Placement, today: date, *, with_helps: bool) -> HostPlan:
    """From the plan that is agreed, else the newest one; `placement` comes with its programme.

    What helps the student is read only `with_helps`: behind a link not before the code.
    """
    plan, segments, table = _planned(placement)
    birth_date = plans.birth_date_of(placement)
    _wording, asked = bounds_for(placement.enrolment, max(today, placement.starts_on))
    enrolment = placement.enrolment
    rhythm = PlanVersion.Rhythm(plan.rhythm) if plan else PlanVersion.Rhythm.WEEKLY
    wants = _wants(plan) if plan else []
    return HostPlan(
        programme=enrolment.cohort.version.programme.name if enrolment else "",
        age_group=age_group(birth_date, placement.starts_on),
        places=list(dict.fromkeys(plan_text.place_of(one).where for one in segments)),
        bring=next((one.site.bring for one in segments if one.site.bring), ""),
        days=shift_lines(table) if table else [],
        days_off=lost_lines(table)[:SHOWN] if table else [],
        insurance=rules.insurance_in(sections(plan.text)) if plan and plan.text else [],
        to_do=rules.to_do(rhythm),
        wants=wants,
        usual=[title for title in usual_tasks(placement) if title not in wants],
        helps=texts_for_host(placement) if with_helps else [],
        limits=rules.limits_in_words(asked, birth_date, placement.starts_on),
        callers=callers_of(placement),
    )


def _planned(placement: Placement) -> tuple[PlanVersion | None, list[Segment], Timetable | None]:
    """The plan with its workplaces and its days, in one query; without days two more, and no timetable."""
    own = Placement.objects.filter(pk=placement.pk)
    shifts = plans.with_calendar_days(PlannedShift.objects.filter(among("plan", standing_keys(own))), "segment__")
    rows = list(shifts.select_related("plan", *_WITH_PLACE).order_by("starts_on", "weekday", "starts_at"))
    if not rows:
        return standing_plans(own).first(), plans.segments_of(placement), None
    by_key = {row.segment_id: row for row in rows}
    segments = sorted((row.segment for row in by_key.values()), key=lambda one: (one.starts_on, one.pk))
    table = Timetable(
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        places=[plan_text.place_of(one) for one in segments],
        shifts=[plans.as_shift(row) for row in rows],
        calendars=Calendars({key: plans.calendar_of(row.segment, row) for key, row in by_key.items()}),
    )
    return rows[0].plan, segments, table


def _wants(plan: PlanVersion) -> list[str]:
    """What the student wants to learn: tasks where the plan names them, else what they lead to."""
    rows = PlannedOutcome.objects.filter(plan=plan).select_related("task", "outcome").order_by("pk")
    return list(dict.fromkeys(row.task.title if row.task else row.outcome.text for row in rows))[:SHOWN]


def usual_tasks(placement: Placement) -> list[str]:
    """Titles of tasks of the student's programme, those that students did most often first."""
    if placement.enrolment is None:
        return []
    return list(_most_done(placement.enrolment.cohort.version_id).values_list("title", flat=True)[:SHOWN])


def _most_done(version_id: int) -> QuerySet[TaskTemplate, Any]:
    done = TaskDone.objects.filter(template=OuterRef("pk")).order_by().values("template")
    times = Coalesce(Subquery(done.annotate(times=Count("pk")).values("times")), 0)
    found = TaskTemplate.objects.filter(unit__version=version_id).annotate(times=times)
    return found.order_by("-times", "unit__position", "pk")
