"""Verbs that change a plan as a whole: its segments and dates, from one day on, or for a successor.

A change writes the draft or the next version; hours, outcomes and what was agreed before stay as they are.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from core.templatetags.ui import day_year
from core.workflow import Actor, Refused
from employers.models import Site, Supervisor
from placements.models import Agreement, Placement, PlannedShift, PlanVersion, Segment, WorkEntry
from placements.queries import plans
from placements.queries.limits import standing_plans
from placements.rules import plan as rules
from placements.workflow.placing import Work, must_guide_there, must_take_students, new_segment, setting_at
from placements.workflow.planning import Content, Pattern, content_of, lock, shifts_from, write
from placements.workflow.room import must_have_room
from placements.workflow.tables import PLACEMENT
from schools.models import Outcome

DAY = timedelta(days=1)

type Dates = tuple[date, date]


@transaction.atomic
def move_work(
    *,
    placement: Placement,
    from_day: date,
    shifts: Sequence[Pattern],
    rhythm: str,
    by: Actor,
    at: datetime,
    change_reason: str = "",
    seen: int | None = None,
) -> PlanVersion:
    """From a day on, work is on other days or at other times: a block becomes one day a week, or the reverse.

    What was planned before that day stays, with outcomes and purpose. Raises `Refused` for a day outside of the
    placement, and as `set_plan` does with `seen`.
    """
    lock(placement)
    PLACEMENT.must_have_seen(placement, seen, by)
    old = content_of(_newest(placement))
    if not placement.starts_on <= from_day <= placement.ends_on:
        raise Refused(_("%(day)s is outside of the placement.") % {"day": day_year(from_day)})
    kept = _cut(placement, old.shifts, placement.starts_on, from_day - DAY)
    new = shifts_from(placement, [_from(pattern, from_day) for pattern in shifts])
    content = replace(old, shifts=[*kept, *new], rhythm=rhythm, change_reason=change_reason)
    return write(placement, content, by=by, at=at)


def _from(pattern: Pattern, day: date) -> Pattern:
    """The pattern, not before that day; a single date before it is a mistake."""
    if pattern.is_dated and pattern.starts_on and pattern.starts_on < day:
        raise Refused(_("%(day)s is before the day of the change.") % {"day": day_year(pattern.starts_on)})
    return pattern if pattern.is_dated else replace(pattern, starts_on=max(pattern.starts_on or day, day))


@transaction.atomic
def move_dates(
    *, placement: Placement, starts_on: date, ends_on: date, by: Actor, at: datetime, change_reason: str = "",
    seen: int | None = None,
) -> PlanVersion | None:  # fmt: skip
    """Other first and last day. A placement that has not begun and keeps its length is moved as it is; else what
    began on the old first day begins on the new one, and what ended on the old last day ends on the new one.

    Raises `Refused` for dates in the wrong order, days of work that would be outside, a workplace without a day, and
    before the placement has begun for days on which the host takes nobody. `seen` as in `set_plan`.
    """
    lock(placement)
    PLACEMENT.must_have_seen(placement, seen, by)
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    _must_hold_hours(WorkEntry.objects.filter(placement=placement), starts_on, ends_on)
    old, by_days = (placement.starts_on, placement.ends_on), starts_on - placement.starts_on
    is_moved = placement.state not in Placement.BEGUN and ends_on - placement.ends_on == by_days
    placement.starts_on, placement.ends_on = starts_on, ends_on
    placement.save(update_fields=["starts_on", "ends_on"])

    def moved(dates: Dates) -> Dates:
        first, last = dates
        if is_moved:
            return first + by_days, last + by_days
        return stretched(dates, old, (starts_on, ends_on))

    for segment in plans.segments_of(placement):
        dates = first, last = moved((segment.starts_on, segment.ends_on))
        if placement.state == Placement.State.PLANNED and (first < segment.starts_on or last > segment.ends_on):
            _must_have_room(placement, segment.site, first, last)
        _store_dates(segment, dates)
    return _rewrite(placement, lambda shift: moved((shift.starts_on, shift.ends_on)), change_reason, by=by, at=at)


def stretched(dates: Dates, old: Dates, new: Dates) -> Dates:
    """Ends that lay on the old ends lie on the new ones; the others are kept inside."""
    first = new[0] if dates[0] == old[0] else max(dates[0], new[0])
    last = new[1] if dates[1] == old[1] else min(dates[1], new[1])
    return first, last


def _store_dates(segment: Segment, dates: Dates) -> None:
    first, last = dates
    if last < first:
        raise Refused(_("One workplace would be left without a day. Change its dates first."))
    segment.starts_on, segment.ends_on = first, last
    segment.save(update_fields=["starts_on", "ends_on"])


# ── Segments ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_segment(
    *,
    placement: Placement,
    site: Site,
    supervisor: Supervisor | None,
    starts_on: date,
    ends_on: date,
    work: Work,
    by: Actor,
    at: datetime,
) -> Segment:
    """One more workplace in the placement; its days of work come with the next plan. The same again is the same one.

    Raises `Refused` for dates outside of the placement, for a supervisor of another site, and where the host takes no
    more students (placements/workflow/room.py).
    """
    lock(placement)
    _must_be_inside(placement, starts_on, ends_on)
    must_guide_there(supervisor, site)
    same = {"site": site, "supervisor": supervisor, "starts_on": starts_on, "ends_on": ends_on, "unit": work.unit}
    kind = {"setting": work.setting or setting_at(site), "realism": work.realism, "remote": work.remote}
    if again := placement.segments.filter(**same, **kind).first():
        return again
    must_take_students(placement.school, site)
    _must_have_room(placement, site, starts_on, ends_on)
    segment = new_segment(placement, site, supervisor, starts_on, ends_on, work)
    if _rewrite(placement, _as_it_is, "", by=by, at=at) is None:
        PLACEMENT.apply(placement, "plan", by=by, at=at, details={"segment": segment.pk})
    return segment


@transaction.atomic
def change_segment(
    *,
    segment: Segment,
    site: Site,
    supervisor: Supervisor | None,
    starts_on: date,
    ends_on: date,
    work: Work,
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> PlanVersion | None:
    """Other dates, place, supervisor or kind of work. Hours that were logged keep what they were. `seen` is the last
    row of the placement's log that was on the page.

    The employer of the placement follows its workplace. Raises `Refused` for another place where hours were logged, or
    no student goes now or no more than there are, and for dates that leave some hours outside.
    """
    placement = segment.placement
    lock(placement)
    PLACEMENT.must_have_seen(placement, seen, by)
    _must_be_inside(placement, starts_on, ends_on)
    must_guide_there(supervisor, site)
    logged = WorkEntry.objects.filter(segment=segment)
    if site.pk != segment.site_id:
        if logged.exists():
            raise Refused(_("There are hours at this workplace. Give it a last day, and add another workplace."))
        must_take_students(placement.school, site)
        _must_have_room(placement, site, starts_on, ends_on)
        if placement.employer_id == segment.site.employer_id:
            placement.employer = site.employer
            placement.save(update_fields=["employer"])
    _must_hold_hours(logged, starts_on, ends_on)
    old, new = (segment.starts_on, segment.ends_on), (starts_on, ends_on)
    segment.site, segment.supervisor, segment.starts_on, segment.ends_on = site, supervisor, starts_on, ends_on
    segment.setting, segment.realism, segment.remote = work.setting or setting_at(site), work.realism, work.remote
    segment.activity, segment.unit = work.activity or segment.activity, work.unit
    segment.save()

    def moved(shift: rules.Shift) -> Dates:
        dates = shift.starts_on, shift.ends_on
        return stretched(dates, old, new) if shift.segment == segment.pk else dates

    return _rewrite(placement, moved, "", by=by, at=at)


@transaction.atomic
def remove_segment(*, segment: Segment, by: Actor, at: datetime) -> PlanVersion | None:
    """Take a workplace out of the plan. Raises `Refused` for the last one, and for one that somebody has agreed to
    or worked at: that one is given a last day instead."""
    placement = segment.placement
    lock(placement)
    if placement.segments.count() == 1:
        raise Refused(_("This is the only workplace of the placement."))
    asked = PlannedShift.objects.filter(segment=segment).exclude(plan__agreement__state=Agreement.State.DRAFT)
    if asked.exists() or WorkEntry.objects.filter(segment=segment).exists():
        raise Refused(_("This workplace was agreed or worked at. Give it a last day instead."))
    key = segment.pk
    segment.delete()
    plan = _rewrite(placement, _as_it_is, "", by=by, at=at)
    if plan is None:
        PLACEMENT.apply(placement, "plan", by=by, at=at, details={"segment": key})
    return plan


def _must_have_room(placement: Placement, site: Site, starts_on: date, ends_on: date) -> None:
    """Jobs and teachers' placements are no students that a host takes."""
    if placement.purpose == Placement.Purpose.STUDENT:
        must_have_room(site, placement.learner_id, starts_on, ends_on, placement)


def _must_be_inside(placement: Placement, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("The last day is before the first day."))
    if starts_on < placement.starts_on or ends_on > placement.ends_on:
        raise Refused(_("These dates are outside of the placement. Change the dates of the placement first."))


def _must_hold_hours(entries, starts_on: date, ends_on: date) -> None:
    days = entries.exclude(state=WorkEntry.State.WITHDRAWN).order_by().aggregate(first=Min("day"), last=Max("day"))
    for day in (days["first"], days["last"]):
        if day and not starts_on <= day <= ends_on:
            raise Refused(_("There are hours on %(day)s, which would be outside.") % {"day": day_year(day)})


# ── Writing again what was planned ───────────────────────────────────────────────────────────────────────────────────


def _newest(placement: Placement) -> PlanVersion:
    newest = plans.latest_plan(placement)
    if newest is None:
        raise Refused(_("There is no plan yet. Write it first."))
    return newest


def _as_it_is(shift: rules.Shift) -> Dates:
    return shift.starts_on, shift.ends_on


def _rewrite(
    placement: Placement, moved: Callable[[rules.Shift], Dates], change_reason: str, *, by: Actor, at: datetime
) -> PlanVersion | None:
    """The newest plan with other dates, as a draft or the next version; nothing where no plan is written yet."""
    newest = plans.latest_plan(placement)
    if newest is None or not newest.shifts.exists():
        return None
    old = content_of(newest)
    dated = [_on_dates(shift, *moved(shift)) for shift in old.shifts]
    zones = {segment.pk: segment for segment in plans.segments_of(placement)}
    kept = [
        replace(left, zone=zones[left.segment].site.time_zone)
        for shift in dated
        if shift and (left := _inside_segment(shift, zones[shift.segment]))
    ]
    return write(placement, replace(old, shifts=kept, change_reason=change_reason), by=by, at=at)


def _on_dates(shift: rules.Shift, first: date, last: date) -> rules.Shift | None:
    """The shift in another stretch; a single date takes its weekday with it."""
    if last < first:
        return None
    weekday = first.weekday() if shift.is_dated else shift.weekday
    return replace(shift, starts_on=first, ends_on=last, weekday=weekday)


def _inside_segment(shift: rules.Shift, segment: Segment) -> rules.Shift | None:
    return rules.inside(shift, segment.starts_on, segment.ends_on)


def _cut(placement: Placement, shifts: Iterable[rules.Shift], first: date, last: date) -> list[rules.Shift]:
    calendars = plans.calendars_of(placement)
    return [left for shift in shifts if (left := rules.cut(shift, first, last, calendars))]


# ── For a successor ──────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def copy_plan(*, source: Placement, target: Placement, by: Actor, at: datetime) -> PlanVersion | None:
    """What was planned in `source` as the first plan of `target`: outcomes, purpose, rhythm, and the week that held
    last, for all of the target's days. Nothing when there was no plan; the target's plan when it has one.

    Of another programme version those outcomes are taken that it teaches in the same words.

    Raises `Refused` as `set_plan` does.
    """
    lock(target)
    if existing := plans.latest_plan(target):
        return existing
    plan = standing_plans(Placement.objects.filter(pk=source.pk)).first()
    if plan is None:
        return None
    old = content_of(plan)
    if not (week := _last_week(old.shifts, target.starts_on)):
        return None
    patterns = [
        Pattern(shift.weekday, shift.starts_at, shift.ends_at, shift.break_minutes, segment=segment)
        for segment in plans.segments_of(target)[:1]
        for shift in week
    ]
    outcomes = taught(target, old.outcomes)
    content = Content(shifts_from(target, patterns), outcomes, old.purpose_text, old.rhythm)
    return write(target, content, by=by, at=at)


def taught(placement: Placement, outcomes: Collection[Outcome]) -> list[Outcome]:
    """These outcomes, or those of the same words where the learner is taught another version."""
    version = placement.enrolment.cohort.version_id if placement.enrolment else None
    here = Outcome.objects.filter(unit__version=version).order_by("unit__position", "position")
    same = list(here.filter(pk__in=[one.pk for one in outcomes]))
    return same or list(here.filter(text__in={one.text for one in outcomes}))


def _last_week(shifts: Sequence[rules.Shift], day: date) -> list[rules.Shift]:
    """The weekly shifts that would hold on a day, else those that held last; of equal ones the first."""
    weekly = [shift for shift in shifts if not shift.is_dated]
    last = max((shift.ends_on for shift in weekly), default=day)
    holding = [shift for shift in weekly if shift.starts_on <= min(day, last) <= shift.ends_on]
    held = holding or [shift for shift in weekly if shift.ends_on == last]
    return list({(shift.weekday, *shift.times): shift for shift in held}.values())
