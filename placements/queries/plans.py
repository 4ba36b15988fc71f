"""Reads of plans and agreements: the current version, closed days, who can be asked to sign."""

from datetime import date

from django.db.models import Q

from accounts.models import ClosedDay
from placements.models import Agreement, Placement, PlannedShift, PlanVersion, Segment
from placements.rules import plan as rules
from schools.models import Guardian


def latest_plan(placement: Placement) -> PlanVersion | None:
    """The newest version with its agreement, in whatever state that is."""
    return placement.plan_versions.select_related("agreement").order_by("-number").first()


def agreement_in_force(placement: Placement) -> Agreement | None:
    return Agreement.objects.filter(plan__placement=placement, state=Agreement.State.IN_FORCE).first()


def segments_of(placement: Placement) -> list[Segment]:
    return list(
        placement.segments.select_related("site__employer", "site__organisation", "supervisor__person").order_by(
            "starts_on", "pk"
        )
    )


def zone_of(placement: Placement) -> str:
    """The time zone of the first workplace; the school's for a placement without one."""
    segment = placement.segments.select_related("site").order_by("starts_on", "pk").first()
    return segment.site.time_zone if segment else placement.school.time_zone


def closed_days(placement: Placement) -> list[date]:
    """Days in the placement on which the school or the host does not work."""
    owners = Q(organisation=placement.school_id) | Q(organisation__sites__segments__placement=placement)
    if placement.employer_id:
        owners |= Q(organisation__employer=placement.employer_id)
    days = ClosedDay.objects.filter(owners, day__range=(placement.starts_on, placement.ends_on))
    return sorted(set(days.values_list("day", flat=True)))


def shifts_of(plan: PlanVersion) -> list[rules.Shift]:
    rows = PlannedShift.objects.filter(plan=plan).select_related("segment__site")
    return [as_shift(row) for row in rows.order_by("starts_on", "weekday", "starts_at")]


def as_shift(row: PlannedShift) -> rules.Shift:
    return rules.Shift(
        weekday=row.weekday,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        break_minutes=row.break_minutes,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        zone=row.segment.site.time_zone,
    )


def current_guardian(placement: Placement) -> Guardian | None:
    """Who can sign for the learner on the first day; of several the one who was written down first."""
    if placement.enrolment_id is None:
        return None
    return (
        Guardian.objects.filter(
            Q(until=None) | Q(until__gte=placement.starts_on), student__enrolments=placement.enrolment_id
        )
        .select_related("person")
        .order_by("pk")
        .first()
    )


def birth_date_of(placement: Placement) -> date | None:
    return placement.enrolment.student.birth_date if placement.enrolment else None
