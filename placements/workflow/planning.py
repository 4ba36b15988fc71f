"""Verbs of the plan: what is agreed on, written as a draft or the next version, and checked as a whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from core.templatetags.ui import day_year
from core.workflow import Actor, Refused
from placements.models import Agreement, Placement, PlannedOutcome, PlannedShift, PlanVersion, Segment
from placements.plan_text import terms, timetable, write_text
from placements.queries import limits, parties, plans
from placements.rules import amending, signing
from placements.rules import plan as rules
from placements.rules.calendars import Calendars
from placements.rules.limits import sentence
from placements.workflow.tables import AGREEMENT, PLACEMENT, Agreed
from schools.models import Outcome, RuleSetVersion


@dataclass(frozen=True)
class Pattern:
    """Work on one weekday (Monday is 0), every week; over midnight when end <= start.

    Without dates it holds as long as the segment, without a segment in every one of them. A pattern of one single
    date (see `on`) is meant as it stands: no calendar takes it away.
    """

    weekday: int
    starts_at: time
    ends_at: time
    break_minutes: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    segment: Segment | None = None

    @classmethod
    def on(
        cls, day: date, starts_at: time, ends_at: time, break_minutes: int = 0, segment: Segment | None = None
    ) -> "Pattern":
        return cls(day.weekday(), starts_at, ends_at, break_minutes, day, day, segment)

    @property
    def is_dated(self) -> bool:
        return self.starts_on is not None and self.starts_on == self.ends_on


@dataclass(frozen=True)
class Content:
    """Everything that is agreed in one version, ready to be written."""

    shifts: Sequence[rules.Shift]
    outcomes: Collection[Outcome]
    purpose_text: str
    rhythm: str
    change_reason: str = ""


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
    change_reason: str = "",
    seen: int | None = None,
) -> PlanVersion:
    """Write the draft, or a new version when the newest one has been sent already; its agreement is a draft. `seen` is
    the last row of the placement's log that was on the page.

    Raises `Refused` for shifts that cannot be worked, that overlap work planned in another placement or break a firm
    limit of working time, for outcomes of another programme, and where a colleague was first.
    """
    lock(placement)
    PLACEMENT.must_have_seen(placement, seen, by)
    rows = shifts_from(placement, shifts)
    return write(placement, Content(rows, outcomes, purpose_text, rhythm, change_reason), by=by, at=at)


def lock(placement: Placement) -> None:
    """One plan of a learner is written at a time, whichever placement it is for."""
    Person.objects.select_for_update(of=("self",)).get(pk=placement.learner_id)
    placement.refresh_from_db(fields=["starts_on", "ends_on", "state"])


def shifts_from(placement: Placement, patterns: Sequence[Pattern]) -> list[rules.Shift]:
    """Patterns as shifts of the segments, cut to their dates. Raises `Refused` for one that lies outside of all."""
    segments = plans.segments_of(placement)
    calendars = plans.calendars_among(segments)
    rows = []
    for pattern in patterns:
        mine = [segment for segment in segments if pattern.segment in (None, segment)]
        inside = [shift for segment in mine if (shift := _shift(segment, pattern, calendars))]
        if not inside and (pattern.starts_on or pattern.ends_on):
            day = pattern.starts_on or pattern.ends_on
            raise Refused(_("%(day)s is outside of the dates of the workplace.") % {"day": day_year(day)})
        rows += inside
    return rows


def _shift(segment: Segment, pattern: Pattern, calendars: Calendars) -> rules.Shift | None:
    wanted = rules.Shift(
        weekday=pattern.weekday,
        starts_at=pattern.starts_at,
        ends_at=pattern.ends_at,
        break_minutes=pattern.break_minutes,
        starts_on=pattern.starts_on or segment.starts_on,
        ends_on=pattern.ends_on or segment.ends_on,
        zone=segment.site.time_zone,
        segment=segment.pk,
    )
    return rules.inside(wanted, segment.starts_on, segment.ends_on) if pattern.is_dated else (
        rules.cut(wanted, segment.starts_on, segment.ends_on, calendars)
    )  # fmt: skip


def write(placement: Placement, content: Content, *, by: Actor, at: datetime) -> PlanVersion:
    """Check the whole content and store it as the draft or the next version, with its text."""
    segments = plans.segments_of(placement)
    wording = _must_be_workable(placement, segments, content, at)
    plan = _open_version(placement, by=by, at=at)
    plan.purpose_text, plan.rhythm = " ".join(content.purpose_text.split()), content.rhythm
    plan.change_reason, plan.rule_set_version = " ".join(content.change_reason.split()), wording
    _write_shifts(plan, content.shifts)
    _write_outcomes(plan, segments[0], content.outcomes)
    table = timetable(placement, plan, segments)
    plan.planned_minutes = table.minutes
    plan.text = write_text(placement, plan, table)
    plan.text_hash = signing.digest(plan.text)
    plan.fingerprints = amending.fingerprints(terms(placement, plan, table, segments))
    before = parties.previous(plan)
    plan.changes = amending.changes(before.fingerprints, plan.fingerprints) if before else []
    plan.save()
    PLACEMENT.apply(placement, "plan", by=by, at=at, details={"version": plan.number, "minutes": plan.planned_minutes})
    return plan


def content_of(plan: PlanVersion) -> Content:
    """What a version says, to be changed and written again."""
    outcomes = [row.outcome for row in plan.outcomes.select_related("outcome").order_by("pk")]
    return Content(plans.shifts_of(plan), outcomes, plan.purpose_text, plan.rhythm)


def _must_be_workable(
    placement: Placement, segments: Sequence[Segment], content: Content, at: datetime
) -> RuleSetVersion | None:
    """The wording whose limits were asked. Raises `Refused`."""
    days = rules.work_days(content.shifts, plans.calendars_among(segments))
    if not days:
        raise Refused(_("The plan has no day of work. Choose at least one weekday."))
    if problems := rules.problems(content.shifts):
        raise Refused(str(problems[0]))
    _must_be_taught(placement, content.outcomes)
    elsewhere = limits.planned_elsewhere(placement)
    if clash := rules.overlap(days, [day for day, _work in elsewhere]):
        raise Refused(
            _("On %(day)s the student has work at this time in another placement.") % {"day": day_year(clash)}
        )
    today = at.astimezone(ZoneInfo(segments[0].site.time_zone)).date()
    mine = limits.with_kind(days, {segment.pk: segment for segment in segments})
    wording, found = limits.breaches_of(placement, mine, elsewhere, today)
    if firm := [one for one in found if one.bound.is_firm]:
        raise Refused(sentence(firm[0]))
    return wording


def _must_be_taught(placement: Placement, outcomes: Collection[Outcome]) -> None:
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


def _write_shifts(plan: PlanVersion, rows: Sequence[rules.Shift]) -> None:
    plan.shifts.all().delete()
    PlannedShift.objects.bulk_create(
        PlannedShift(
            plan=plan,
            segment_id=row.segment,
            weekday=row.weekday,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            break_minutes=row.break_minutes,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        for row in rows
    )


def _write_outcomes(plan: PlanVersion, segment: Segment, outcomes: Collection[Outcome]) -> None:
    plan.outcomes.all().delete()
    PlannedOutcome.objects.bulk_create(
        PlannedOutcome(plan=plan, outcome=outcome, setting=segment.setting, realism=segment.realism)
        for outcome in outcomes
    )
