"""The whole pattern of a placement once more, for another student or a year later: places, stretches, single days."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.formats import listed
from core.templatetags.ui import day_year, period
from core.workflow import Actor, Refused
from employers.models import Supervisor
from placements.models import Placement, PlanVersion, Segment
from placements.plan_text import host_of
from placements.queries import plans
from placements.queries.limits import standing_plans
from placements.queries.repeating import main_of
from placements.rules import plan as rules
from placements.rules.calendars import Calendars
from placements.rules.hours import monday
from placements.workflow.placing import Kind, Work, must_take_students, new_segment
from placements.workflow.planning import content_of, lock, write
from placements.workflow.replanning import stretched, taught
from placements.workflow.room import must_have_room
from placements.workflow.tables import PLACEMENT
from schools.models import Unit


@dataclass(frozen=True)
class Repeated:
    """The draft, where there was a plan to repeat, and what could not come along, one sentence each."""

    plan: PlanVersion | None
    left_out: list[str]


@dataclass
class _Copy:
    """A copy on its way: which workplace of the source is which of the target, and what was left out on the way."""

    source: Placement
    target: Placement
    by_weeks: timedelta
    places: dict[int, tuple[Segment, Segment]] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    @property
    def left_out(self) -> list[str]:
        said = list(self.sentences)
        if self.outside:
            what = listed(dict.fromkeys(self.outside))
            said.append(_("Left out, as it lies outside of the new dates: %(what)s.") % {"what": what})
        if self.closed:
            what = listed(dict.fromkeys(self.closed))
            said.append(_("Left out, as nobody works on these days: %(what)s.") % {"what": what})
        return said


@transaction.atomic
def repeat_plan(*, source: Placement, target: Placement, by: Actor, at: datetime) -> Repeated:
    """What was planned in `source` as the first plan of `target`: workplaces, times, outcomes, purpose and rhythm.

    Everything is later by the same whole weeks, so that weekdays stay; what began on the first day or ended on the last
    one does so again. The one workplace that `target` has stands for that of the firm. Nothing changes where `target`
    has a plan or more workplaces.

    Raises `Refused` as `set_plan` does, and where the firm has no day within the new dates.
    """
    PLACEMENT.must_allow("plan", by)
    lock(target)
    here, existing = plans.segments_of(target), plans.latest_plan(target)
    if existing or len(here) != 1:
        return Repeated(existing, [])
    copy = _Copy(source, target, monday(target.starts_on) - monday(source.starts_on))
    added = _repeat_places(copy, here[0])
    plan = _repeat_times(copy, by=by, at=at)
    if plan is None and added:
        PLACEMENT.apply(target, "plan", by=by, at=at, details={"segments": [one.pk for one in added]})
    return Repeated(plan, copy.left_out)


# ── Workplaces ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _repeat_places(copy: _Copy, main: Segment) -> list[Segment]:
    """All of them, `main` with its new dates; those that are new."""
    known = plans.segments_of(copy.source)
    model = main_of(known, copy.source)
    added = []
    for old in known:
        first, last = _dates_of(copy, old)
        if old == model:
            if last < first:
                raise Refused(_("The new dates leave no day at %(place)s.") % {"place": host_of(old)})
            main.starts_on, main.ends_on, main.unit = first, last, _work(copy, old).unit
            main.save(update_fields=["starts_on", "ends_on", "unit"])
            copy.places[old.pk] = old, main
        elif last < first:
            copy.outside.append(host_of(old))
        elif why := _why_not(copy, old):
            words = {"place": host_of(old), "why": why}
            copy.sentences.append(_("%(place)s was left out: %(why)s") % words)
        else:
            same = model is not None and (old.site_id, old.supervisor_id) == (model.site_id, model.supervisor_id)
            guide = main.supervisor if same else _guide(copy, old)
            copy.places[old.pk] = old, new_segment(copy.target, old.site, guide, first, last, _work(copy, old))
            added.append(copy.places[old.pk][1])
    return added


def _dates_of(copy: _Copy, old: Segment) -> tuple[date, date]:
    by, source, target = copy.by_weeks, copy.source, copy.target
    moved, ends = (old.starts_on + by, old.ends_on + by), (source.starts_on + by, source.ends_on + by)
    return stretched(moved, ends, (target.starts_on, target.ends_on))


def _why_not(copy: _Copy, old: Segment) -> str:
    """Why nobody is sent to this place in the new dates; empty where it takes students."""
    try:
        must_take_students(copy.target.school, old.site)
        if copy.target.purpose == Placement.Purpose.STUDENT:
            must_have_room(old.site, copy.target.learner_id, *_dates_of(copy, old), copy.target)
    except Refused as refusal:
        return str(refusal)
    return ""


def _guide(copy: _Copy, old: Segment) -> Supervisor | None:
    """Who guided there, unless that one has left by then."""
    guide = old.supervisor
    if guide and guide.ends_on and guide.ends_on < _dates_of(copy, old)[0]:
        words = {"name": guide.person.full_name, "place": host_of(old)}
        copy.sentences.append(_("%(name)s has left %(place)s. Choose who guides there.") % words)
        return None
    return guide


def _work(copy: _Copy, old: Segment) -> Work:
    """The kind of work; its unit as far as the other version teaches one of the same name, and the usual word for its
    hours as the purpose says it now."""
    unit = _unit(copy.target, old.unit) if old.unit else None
    if old.unit and unit is None:
        words = {"unit": old.unit.title, "place": host_of(old)}
        copy.sentences.append(_("“%(unit)s” is not taught in this programme. Choose the unit of %(place)s.") % words)
    usual = Kind(purpose=copy.source.purpose).activity
    return Work(old.setting, old.realism, old.remote, "" if old.activity == usual else old.activity, unit)


def _unit(target: Placement, unit: Unit) -> Unit | None:
    here = plans.units_of(target)
    return here.filter(pk=unit.pk).first() or here.filter(title=unit.title).first()


# ── Times of work ────────────────────────────────────────────────────────────────────────────────────────────────────


def _repeat_times(copy: _Copy, *, by: Actor, at: datetime) -> PlanVersion | None:
    plan = standing_plans(Placement.objects.filter(pk=copy.source.pk)).first()
    if plan is None:
        return None
    content = content_of(plan)
    shifts = _repeat_shifts(copy, content.shifts)
    if not shifts:
        return None
    outcomes = taught(copy.target, content.outcomes)
    return write(copy.target, replace(content, shifts=shifts, outcomes=outcomes), by=by, at=at)


def _repeat_shifts(copy: _Copy, shifts: Sequence[rules.Shift]) -> list[rules.Shift]:
    """Those of the workplaces that came along, each where and when it is now."""
    before, now = plans.calendars_of(copy.source), plans.calendars_of(copy.target)
    kept = []
    for shift in shifts:
        if shift.segment not in copy.places:
            continue
        moved = _moved(copy, shift)
        left = _inside(copy, shift, moved, now)
        if left is None:
            is_dated = moved.is_dated
            copy.outside.append(day_year(moved.starts_on) if is_dated else period(moved.starts_on, moved.ends_on))
        elif left.is_dated and _is_lost(now, left) and not _is_lost(before, shift):
            copy.closed.append(day_year(left.starts_on))
        else:
            kept.append(left)
    return kept


def _is_lost(calendars: Calendars, shift: rules.Shift) -> bool:
    """Whether a single day falls on one without work; where it did so before, it was meant."""
    return calendars.lost(shift.segment, shift.starts_on) is not None


def _moved(copy: _Copy, shift: rules.Shift) -> rules.Shift:
    by, new = copy.by_weeks, copy.places[shift.segment][1]
    return replace(
        shift, starts_on=shift.starts_on + by, ends_on=shift.ends_on + by, zone=new.site.time_zone, segment=new.pk
    )


def _inside(copy: _Copy, shift: rules.Shift, moved: rules.Shift, calendars: Calendars) -> rules.Shift | None:
    """Within the dates of its workplace; a stretch that held to their ends does so again, also where they are wider."""
    old, new = copy.places[shift.segment]
    if shift.is_dated:
        return rules.inside(moved, new.starts_on, new.ends_on)
    ends = old.starts_on + copy.by_weeks, old.ends_on + copy.by_weeks
    first, last = stretched((moved.starts_on, moved.ends_on), ends, (new.starts_on, new.ends_on))
    wide = replace(moved, starts_on=min(first, moved.starts_on), ends_on=max(last, moved.ends_on))
    return rules.cut(wide, first, last, calendars)
