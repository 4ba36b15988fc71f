"""What is asked of hosts: whether they take a student, whether the hours are right, how it went."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.models import ContactPoint
from employers.models import Supervisor
from employers.queries import at_work
from placements.models import Agreement, Feedback, HostRequest, Placement, PlannedShift, PlanVersion, WorkEntry
from placements.rules.hours import monday
from reminders.asked.moves import Moves
from reminders.asked.programme import deadlines_of
from reminders.due import hosts as due
from reminders.due.calendar import Calendar
from reminders.due.lines import Fact

ASKED_FOR = (Placement.State.RUNNING, Placement.State.ENDED)
_NOT_AFTER = (Placement.EndReason.PERSONAL, Placement.EndReason.NO_SHOW, Placement.EndReason.SAFETY)
"""Reasons of an early end after which the host is not written to."""


def to_take(placements: dict[int, Placement], today: date) -> list[Fact]:
    planned = [pk for pk, placement in placements.items() if placement.state == Placement.State.PLANNED]
    works = Q(person__supervisors=None) | at_work(today, "person__supervisors__")
    waiting = HostRequest.objects.filter(works, placement__in=planned, state=HostRequest.State.OPEN).distinct()
    return [
        due.ToTake(
            person=request.person_id,
            school=placements[request.placement_id].school_id,
            placement=request.placement_id,
            deadlines=deadlines_of(placements[request.placement_id]),
            request=request.pk,
            asked_at=request.asked_at,
            answer_by=request.answer_by,
        )
        for request in waiting.order_by("pk")
    ]


@dataclass
class _Week:
    """The open entries of one week for one person of the host."""

    days: set[date]
    logged_at: datetime


def to_confirm(
    placements: dict[int, Placement],
    schools: dict[int, Calendar],
    colleagues: dict[tuple[int, int], int],
    moves: Moves,
) -> list[Fact]:
    weeks = _open_weeks([placement.pk for placement in placements.values() if may_confirm(placement)])
    promises = _promises({placement for placement, _person, _first in weeks})
    waiting: dict[tuple[int, int], set[date]] = defaultdict(set)
    for (placement_id, person, _first), week in weeks.items():
        waiting[placement_id, person] |= week.days
    found: list[Fact] = []
    for (placement_id, person, first), week in weeks.items():
        placement = placements[placement_id]
        promise = promises.get(placement_id, _Promise(PlanVersion.Rhythm.WEEKLY))
        if promise.rhythm == PlanVersion.Rhythm.FOUR_DAYS:
            last_day = due.asked_on(first, waiting[placement_id, person], placement.ends_on)
        else:
            planned = promise.days(*due.period(first, promise.rhythm))
            last_day = due.last_day(planned, week.days, schools[placement.school_id])
        found.append(
            due.ToConfirm(
                person=person,
                school=placement.school_id,
                placement=placement_id,
                deadlines=deadlines_of(placement),
                week=first,
                last_day=last_day,
                logged_at=max(week.logged_at, moves.taken_over.get((placement_id, person), week.logged_at)),
                stopped_at=moves.stopped.get(placement_id),
                colleague=colleagues.get((placement_id, person)),
            )
        )
    return found


def may_confirm(placement: Placement) -> bool:
    """Whether the host is still asked for weeks that were worked."""
    broke = placement.state == Placement.State.BROKEN and placement.end_reason not in _NOT_AFTER
    return placement.state in ASKED_FOR or broke


def _open_weeks(placement_ids: Collection[int]) -> dict[tuple[int, int, date], _Week]:
    entries = WorkEntry.objects.filter(
        placement__in=placement_ids, state=WorkEntry.State.LOGGED, segment__supervisor__isnull=False
    ).values_list("placement_id", "segment__supervisor__person_id", "day", "logged_at")
    weeks: dict[tuple[int, int, date], _Week] = {}
    for placement, person, day, logged_at in entries:
        week = weeks.setdefault((placement, person, monday(day)), _Week(set(), logged_at))
        week.days.add(day)
        week.logged_at = max(week.logged_at, logged_at)
    return weeks


@dataclass(frozen=True)
class _Promise:
    """How often the host is asked, and the shifts of the plan that is agreed."""

    rhythm: str
    shifts: list[PlannedShift] = field(default_factory=list)

    def days(self, first: date, last: date) -> list[date]:
        return [day for shift in self.shifts for day in _planned(shift, first, last)]


def _promises(placement_ids: set[int]) -> dict[int, _Promise]:
    found: dict[int, _Promise] = {}
    agreed = Q(plan__placement__in=placement_ids, plan__agreement__state=Agreement.State.IN_FORCE)
    for shift in PlannedShift.objects.filter(agreed).select_related("plan"):
        found.setdefault(shift.plan.placement_id, _Promise(shift.plan.rhythm)).shifts.append(shift)
    return found


def _planned(shift: PlannedShift, first: date, last: date) -> list[date]:
    first, last = max(first, shift.starts_on), min(last, shift.ends_on)
    day = first + timedelta(days=(shift.weekday - first.weekday()) % 7)
    return [day + timedelta(weeks=week) for week in range((last - day).days // 7 + 1)] if day <= last else []


def to_give_feedback(
    placements: dict[int, Placement],
    schools: dict[int, Calendar],
    colleagues: dict[tuple[int, int], int],
    moves: Moves,
) -> list[Fact]:
    """On the last day; where the host stops before it, on the day on which that became known."""

    def last_day(placement: Placement) -> date:
        stopped = moves.stopped.get(placement.pk)
        day = schools[placement.school_id].day_of(stopped) if stopped else placement.ends_on
        return min(day, placement.ends_on)

    given = set(Feedback.objects.filter(placement__in=placements).values_list("placement_id", flat=True))
    return [
        due.ToGiveFeedback(
            person=person,
            school=placement.school_id,
            placement=placement.pk,
            deadlines=deadlines_of(placement),
            ends_on=last_day(placement),
            colleague=colleagues.get((placement.pk, person)),
        )
        for placement in placements.values()
        if placement.state in ASKED_FOR and placement.pk not in given and (person := last_supervisor(placement))
    ]


def last_supervisor(placement: Placement) -> int | None:
    """The person who guided the learner last (segments come in order of their start)."""
    people = [segment.supervisor.person_id for segment in placement.segments.all() if segment.supervisor]
    return people[-1] if people else None


def colleagues_of(placements: Iterable[Placement], today: date) -> dict[tuple[int, int], int]:
    """Somebody else who guides students at the same site and can be written to, by placement and guide."""
    guided = [
        (segment.placement_id, segment.site_id, segment.supervisor.person_id)
        for placement in placements
        for segment in placement.segments.all()
        if segment.supervisor
    ]
    here: dict[int, list[int]] = defaultdict(list)
    for site, person in _reachable({site for _placement, site, _guide in guided}, today):
        here[site].append(person)
    found = {}
    for placement, site, guide in guided:
        if others := [person for person in here[site] if person != guide]:
            found[placement, guide] = others[0]
    return found


def _reachable(sites: set[int], today: date) -> list[tuple[int, int]]:
    """The people at these sites with an account or a mail address that works, by site."""
    mail = Q(
        person__contact_points__channel=ContactPoint.Channel.EMAIL,
        person__contact_points__state=ContactPoint.State.WORKING,
    )
    people = Supervisor.objects.filter(at_work(today), mail | Q(person__user__isnull=False))
    return list(people.filter(site__in=sites).distinct().order_by("pk").values_list("site", "person"))
