"""What is asked of people about placements: open now, read for many at once in a fixed number of queries.

A placement that is paused or cancelled asks nobody for anything; one that has ended asks for what is left. One that
broke asks the host only for weeks that were worked, so that no student loses hours by it (product 6, E1).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import ContactPoint
from core.models import Transition
from employers.models import Employer, Supervisor
from employers.queries import at_work, quiet
from placements.models import (
    Absence,
    Agreement,
    Feedback,
    HostRequest,
    Placement,
    PlannedShift,
    PlanVersion,
    Signature,
    WorkEntry,
)
from placements.queries.days import planned_days
from placements.queries.plans import with_calendar_days
from placements.rules.hours import monday
from placements.rules.signing import next_ones
from reminders import due
from reminders.deciding import to_assess
from reminders.due import Calendar, Fact
from reminders.models import Reader

ASKED_FOR = (Placement.State.RUNNING, Placement.State.ENDED)
_NOT_AFTER = (Placement.EndReason.PERSONAL, Placement.EndReason.NO_SHOW, Placement.EndReason.SAFETY)
"""Reasons of an early end after which the host is not written to."""
_SIGNED_FOR = (Placement.State.PLANNED, Placement.State.RUNNING)
_GOES_ON = ("resume", "restore_running")
READER = {
    Signature.Party.STUDENT: Reader.STUDENT,
    Signature.Party.GUARDIAN: Reader.GUARDIAN,
    Signature.Party.HOST: Reader.HOST,
    Signature.Party.TUTOR: Reader.HOST,
    Signature.Party.TEACHER: Reader.SCHOOL,
    Signature.Party.HEAD: Reader.SCHOOL,
    Signature.Party.SCHOOL: Reader.SCHOOL,
}


def asked_about(placements: dict[int, Placement], schools: dict[int, Calendar]) -> list[Fact]:
    """All that is open about these placements; they come with learner, enrolment, segments and supervisors."""
    moves = _moves(placements)
    colleagues = _colleagues(placements.values())
    found: list[Fact] = [
        *_to_take(placements),
        *_to_sign(placements),
        *_to_confirm(placements, schools, colleagues, moves),
        *_to_give_feedback(placements, schools, colleagues, moves),
        *_to_log(placements, schools, moves),
        *to_assess(placements),
    ]
    gone = _gone(placements.values())
    return [fact for fact in found if (fact.placement, fact.person) not in gone]


def _gone(placements: Iterable[Placement]) -> set[tuple[int, int]]:
    """Supervisors who have left the firm, by placement: nothing about its students goes to them. Of a firm that has
    closed they still answer, as former employees (E9)."""
    today = timezone.localdate()
    return {
        (placement.pk, segment.supervisor.person_id)
        for placement in placements
        for segment in placement.segments.all()
        if segment.supervisor and segment.supervisor.ends_on and segment.supervisor.ends_on < today
        if not (placement.employer and placement.employer.closed_on)
    }


@dataclass(frozen=True)
class _Moves:
    """When somebody took over a student at the workplace, by placement and person; when a placement went on; and
    when its host stopped."""

    taken_over: dict[tuple[int, int], datetime]
    resumed: dict[int, datetime]
    stopped: dict[int, datetime]


def _moves(placement_ids: Collection[int]) -> _Moves:
    rows = Transition.objects.filter(
        noun="placement", object_id__in=placement_ids, verb__in=("hand_over", "host_stops", *_GOES_ON)
    ).order_by("at", "pk")
    taken_over, resumed, stopped = {}, {}, {}
    for move in rows:
        if move.verb in _GOES_ON:
            resumed[move.object_id] = move.at
        elif move.verb == "host_stops":
            stopped[move.object_id] = move.at
        elif person := move.details.get("to"):
            taken_over[move.object_id, person] = move.at
    return _Moves(taken_over, resumed, stopped)


# ── A host says yes or no ────────────────────────────────────────────────────────────────────────────────────────────


def _to_take(placements: dict[int, Placement]) -> list[Fact]:
    planned = [pk for pk, placement in placements.items() if placement.state == Placement.State.PLANNED]
    works = Q(person__supervisors=None) | at_work(timezone.localdate(), "person__supervisors__")
    waiting = HostRequest.objects.filter(works, placement__in=planned, state=HostRequest.State.OPEN).distinct()
    waiting = waiting.exclude(site__employer__in=Employer.objects.filter(quiet(timezone.localdate())))
    return [
        due.ToTake(
            person=request.person_id,
            school=placements[request.placement_id].school_id,
            placement=request.placement_id,
            request=request.pk,
            asked_at=request.asked_at,
            answer_by=request.answer_by,
        )
        for request in waiting.order_by("pk")
    ]


# ── The parties sign ─────────────────────────────────────────────────────────────────────────────────────────────────


def _to_sign(placements: dict[int, Placement]) -> list[Fact]:
    agreements = Agreement.objects.filter(plan__placement__in=placements, state__in=Agreement.SIGNING)
    waiting = list(agreements.select_related("plan").prefetch_related("signatures").order_by("pk"))
    proposed = _proposed_at({agreement.pk for agreement in waiting})
    found: list[Fact] = []
    for agreement in waiting:
        placement = placements[agreement.plan.placement_id]
        if placement.state in _SIGNED_FOR and agreement.pk in proposed:
            places = list(agreement.signatures.all())
            found += [
                due.ToSign(
                    person=signature.person_id,
                    school=placement.school_id,
                    placement=placement.pk,
                    signature=signature.pk,
                    reader=READER[Signature.Party(signature.party)],
                    proposed_at=_turn_since(agreement, places, proposed[agreement.pk]),
                    starts_on=placement.starts_on,
                )
                for signature in next_ones(places, in_order=agreement.in_order)
            ]
    return found


def _turn_since(agreement: Agreement, places: list[Signature], proposed_at: datetime) -> datetime:
    """Where the parties sign one after another, the turn of the next begins with the last signature."""
    signed = [place.signed_at for place in places if place.signed_at] if agreement.in_order else []
    return max([proposed_at, *signed])


def _proposed_at(agreement_ids: set[int]) -> dict[int, datetime]:
    moves = Transition.objects.filter(
        noun="agreement", object_id__in=agreement_ids, to_state=Agreement.State.PROPOSED
    ).order_by("at", "pk")
    return dict(moves.values_list("object_id", "at"))


# ── The host confirms ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Week:
    """The open entries of one week for one person of the host."""

    days: set[date]
    logged_at: datetime


def _to_confirm(
    placements: dict[int, Placement],
    schools: dict[int, Calendar],
    colleagues: dict[tuple[int, int], int],
    moves: _Moves,
) -> list[Fact]:
    weeks = _open_weeks([placement.pk for placement in placements.values() if _confirms(placement)])
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
                week=first,
                last_day=last_day,
                logged_at=max(week.logged_at, moves.taken_over.get((placement_id, person), week.logged_at)),
                stopped_at=moves.stopped.get(placement_id),
                colleague=colleagues.get((placement_id, person)),
            )
        )
    return found


def _confirms(placement: Placement) -> bool:
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


def _to_give_feedback(
    placements: dict[int, Placement],
    schools: dict[int, Calendar],
    colleagues: dict[tuple[int, int], int],
    moves: _Moves,
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
            ends_on=last_day(placement),
            colleague=colleagues.get((placement.pk, person)),
        )
        for placement in placements.values()
        if placement.state in ASKED_FOR and placement.pk not in given and (person := _last_supervisor(placement))
    ]


def _last_supervisor(placement: Placement) -> int | None:
    """The person who guided the learner last (segments come in order of their start)."""
    people = [segment.supervisor.person_id for segment in placement.segments.all() if segment.supervisor]
    return people[-1] if people else None


def _colleagues(placements: Iterable[Placement]) -> dict[tuple[int, int], int]:
    """Somebody else who guides students at the same site and can be written to, by placement and guide."""
    guided = [
        (segment.placement_id, segment.site_id, segment.supervisor.person_id)
        for placement in placements
        for segment in placement.segments.all()
        if segment.supervisor
    ]
    here: dict[int, list[int]] = defaultdict(list)
    for site, person in _reachable({site for _placement, site, _guide in guided}):
        here[site].append(person)
    found = {}
    for placement, site, guide in guided:
        if others := [person for person in here[site] if person != guide]:
            found[placement, guide] = others[0]
    return found


def _reachable(sites: set[int]) -> list[tuple[int, int]]:
    """The people at these sites with an account or a mail address that works, by site."""
    mail = Q(
        person__contact_points__channel=ContactPoint.Channel.EMAIL,
        person__contact_points__state=ContactPoint.State.WORKING,
    )
    people = Supervisor.objects.filter(at_work(timezone.localdate()), mail | Q(person__user__isnull=False))
    return list(people.filter(site__in=sites).distinct().order_by("pk").values_list("site", "person"))


# ── The learner logs ─────────────────────────────────────────────────────────────────────────────────────────────────


def _to_log(placements: dict[int, Placement], schools: dict[int, Calendar], moves: _Moves) -> list[Fact]:
    """Students at work who sign in: the planned days after the last one of which anybody has said anything."""
    at_it = {
        pk: placement
        for pk, placement in placements.items()
        if placement.state == Placement.State.RUNNING and placement.enrolment_id and placement.learner.user_id
    }
    shifts, told = _work_shifts(at_it), _told(at_it)
    found: list[Fact] = []
    for placement in at_it.values():
        since = told.get(placement.pk, placement.starts_on - timedelta(days=1))
        if resumed := moves.resumed.get(placement.pk):
            since = max(since, schools[placement.school_id].day_of(resumed) - timedelta(days=1))
        days = planned_days(shifts[placement.pk], since + timedelta(days=1), placement.ends_on)
        found.append(
            due.ToLog(
                person=placement.learner_id,
                school=placement.school_id,
                placement=placement.pk,
                days=sorted(days),
            )
        )
    return found


def _work_shifts(placement_ids: Collection[int]) -> dict[int, list[PlannedShift]]:
    """The shifts of the plans in force, each with the days that a calendar takes away."""
    agreed = PlannedShift.objects.filter(
        plan__placement__in=placement_ids, plan__agreement__state=Agreement.State.IN_FORCE
    )
    rows = with_calendar_days(agreed, "segment__").select_related(
        "plan", "segment__site", "segment__placement__enrolment__cohort"
    )
    found: dict[int, list[PlannedShift]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[row.plan.placement_id].append(row)
    return found


def _told(placement_ids: Collection[int]) -> dict[int, date]:
    """The last day of each placement that was logged or told as an absence."""
    logged = WorkEntry.objects.filter(placement__in=placement_ids).exclude(state=WorkEntry.State.WITHDRAWN)
    absent = Absence.objects.filter(placement__in=placement_ids, withdrawn_at=None)
    found: dict[int, date] = {}
    for rows in (logged, absent):
        for placement, day in rows.order_by().values_list("placement").annotate(last=Max("day")):
            found[placement] = max(day, found.get(placement, day))
    return found
