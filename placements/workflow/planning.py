"""Verbs of the plan: a new placement, and what is agreed on it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.workflow import Actor, Refused
from employers.models import Offer, Site, Supervisor
from placements.models import Agreement, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment
from placements.models.placements import Setting
from placements.plan_text import write_text
from placements.queries import plans
from placements.rules import plan as plan_rules
from placements.rules import signing
from placements.workflow.tables import AGREEMENT, PLACEMENT, Agreed, State
from schools.models import Enrolment, Outcome


@dataclass(frozen=True)
class Pattern:
    """Work on one weekday (Monday is 0), every week of the placement; over midnight when end <= start."""

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int = 0


@transaction.atomic
def create_placement(
    *,
    enrolment: Enrolment,
    site: Site,
    supervisor: Supervisor,
    teacher: Person | None,
    coordinator: Person,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
    offer: Offer | None = None,
) -> Placement:
    """A planned placement with one segment at the site.

    Raises `Refused` for dates in the wrong order, a supervisor of another site, or an offer without a free place.
    """
    PLACEMENT.must_allow("create", by)
    _must_fit(enrolment, site, supervisor, starts_on, ends_on)
    if offer:
        _must_be_free(offer, site)
    placement = Placement.objects.create(
        school=enrolment.student.school,
        learner=enrolment.student.person,
        enrolment=enrolment,
        employer=site.employer,
        offer=offer,
        coordinator=coordinator,
        teacher=teacher,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    setting = Setting.COMPANY if site.employer_id else Setting.WORKSHOP
    Segment.objects.create(
        placement=placement, site=site, setting=setting, supervisor=supervisor, starts_on=starts_on, ends_on=ends_on
    )
    PLACEMENT.log(placement, "create", by=by, at=at, after=State.PLANNED)
    return placement


def _must_fit(enrolment: Enrolment, site: Site, supervisor: Supervisor, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if supervisor.site_id != site.pk:
        raise Refused(_("This supervisor works at another place."))
    if enrolment.ends_on and enrolment.ends_on < starts_on:
        raise Refused(_("The student has left the programme before the first day."))


def _must_be_free(offer: Offer, site: Site) -> None:
    locked = Offer.objects.select_for_update().get(pk=offer.pk)
    if locked.site_id != site.pk:
        raise Refused(_("This offer is for another workplace."))
    if locked.placements.exclude(state=State.CANCELLED).count() >= locked.places:
        raise Refused(_("All places of this offer are taken."))


@transaction.atomic
def set_plan(
    *,
    placement: Placement,
    shifts: Sequence[Pattern],
    outcomes: Collection[Outcome],
    purpose_text: str,
    rhythm: str,
    by: Actor,
    at: datetime,
) -> PlanVersion:
    """Write the draft, or a new version when the newest one has been sent already; its agreement is a draft.

    Each pattern holds for all segments. Raises `Refused` for shifts that cannot be worked and for outcomes of another
    programme.
    """
    locked = Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    segments = plans.segments_of(locked)
    rows = [_shift(segment, pattern) for segment in segments for pattern in shifts]
    _must_be_workable(locked, rows, outcomes)
    plan = _open_version(locked, by=by, at=at)
    plan.purpose_text, plan.rhythm = " ".join(purpose_text.split()), rhythm
    _write_shifts(plan, segments, rows)
    _write_outcomes(plan, segments[0], outcomes)
    _write_text(locked, plan)
    PLACEMENT.apply(placement, "plan", by=by, at=at, details={"version": plan.number, "minutes": plan.planned_minutes})
    return plan


def _shift(segment: Segment, pattern: Pattern) -> plan_rules.Shift:
    return plan_rules.Shift(
        weekday=pattern.weekday,
        starts_at=pattern.starts_at,
        ends_at=pattern.ends_at,
        break_minutes=pattern.break_minutes,
        starts_on=segment.starts_on,
        ends_on=segment.ends_on,
        zone=segment.site.time_zone,
    )


def _must_be_workable(placement: Placement, rows: list[plan_rules.Shift], outcomes: Collection[Outcome]) -> None:
    if not plan_rules.work_days(rows, plans.closed_days(placement)):
        raise Refused(_("The plan has no day of work. Choose at least one weekday."))
    if problems := plan_rules.problems(rows):
        raise Refused(str(problems[0]))
    wanted = {outcome.pk for outcome in outcomes}
    version = placement.enrolment.cohort.version_id if placement.enrolment else None
    if Outcome.objects.filter(pk__in=wanted, unit__version=version).count() != len(wanted):
        raise Refused(_("One of the outcomes belongs to another programme."))


def _open_version(placement: Placement, *, by: Actor, at: datetime) -> PlanVersion:
    """The draft, or the next version; what was being signed lapses."""
    newest = (
        Agreement.objects.select_for_update(of=("self",))
        .filter(plan__placement=placement)
        .order_by("-plan__number")
        .first()
    )
    if newest and newest.state == Agreed.DRAFT:
        return newest.plan
    if newest and newest.state in Agreement.SIGNING:
        AGREEMENT.apply(newest, "lapse", by=by, at=at, details={"version": newest.plan.number})
    plan = PlanVersion.objects.create(placement=placement, number=newest.plan.number + 1 if newest else 1)
    Agreement.objects.create(plan=plan)
    return plan


def _write_shifts(plan: PlanVersion, segments: list[Segment], rows: list[plan_rules.Shift]) -> None:
    per_segment = len(rows) // len(segments)
    plan.shifts.all().delete()
    PlannedShift.objects.bulk_create(
        PlannedShift(
            plan=plan,
            segment=segments[place // per_segment],
            weekday=row.weekday,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            break_minutes=row.break_minutes,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for place, row in enumerate(rows)
    )


def _write_outcomes(plan: PlanVersion, segment: Segment, outcomes: Collection[Outcome]) -> None:
    plan.outcomes.all().delete()
    PlannedOutcome.objects.bulk_create(
        PlannedOutcome(plan=plan, outcome=outcome, setting=segment.setting) for outcome in outcomes
    )


def _write_text(placement: Placement, plan: PlanVersion) -> None:
    days = plan_rules.work_days(plans.shifts_of(plan), plans.closed_days(placement))
    plan.planned_minutes = plan_rules.total_minutes(days)
    plan.text = write_text(placement, plan, days)
    plan.text_hash = signing.digest(plan.text)
    plan.save()
