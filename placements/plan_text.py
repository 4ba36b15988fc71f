"""Collects what the text of a plan tells, and writes it."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from placements.models import Placement, PlanVersion, Segment
from placements.queries import plans
from placements.rules import plan as rules
from placements.rules.text import Facts, plan_text


def write_text(placement: Placement, plan: PlanVersion, days: Sequence[rules.WorkDay]) -> str:
    """The text for the parties, in the language of the one who writes the plan."""
    segment = plans.segments_of(placement)[0]
    shifts = plans.shifts_of(plan)
    return plan_text(
        Facts(
            version=plan.number,
            school=placement.school.name,
            programme=placement.enrolment.cohort.version.programme.name if placement.enrolment else "",
            learner=placement.learner.full_name,
            host=_host(segment),
            address=", ".join(part for part in (segment.site.address, segment.site.postcode) if part),
            supervisor=segment.supervisor.person.full_name if segment.supervisor else "",
            teacher=placement.teacher.full_name if placement.teacher else "",
            coordinator=placement.coordinator.full_name if placement.coordinator else "",
            starts_on=placement.starts_on,
            ends_on=placement.ends_on,
            monthly=plan.rhythm == PlanVersion.Rhythm.MONTHLY,
            purpose=plan.purpose_text,
            shifts=shifts,
            days=days,
            closed=_lost_days(placement, shifts),
            units=_units(plan),
        )
    )


def _host(segment: Segment) -> str:
    owner = segment.site.employer or segment.site.organisation
    return owner.name if owner else segment.site.name


def _lost_days(placement: Placement, shifts: Sequence[rules.Shift]) -> list[date]:
    """Closed days on which the pattern would have work; others would only be noise."""
    worked = {work.day for work in rules.work_days(shifts)}
    return [day for day in plans.closed_days(placement) if day in worked]


def _units(plan: PlanVersion) -> list[tuple[str, list[str]]]:
    rows = plan.outcomes.select_related("outcome__unit").order_by("outcome__unit__position", "outcome__position")
    return [
        (unit.title, [row.outcome.text for row in group])
        for unit, group in groupby(rows, key=lambda row: row.outcome.unit)
    ]
