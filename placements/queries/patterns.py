"""Reads of what is worth a question: patterns in hours and answers, and hours with one source only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from accounts.roles import Role
from placements.models import Contact, Feedback, HourClaim, Placement, PlannedShift, WeekConfirmation, WorkEntry
from placements.queries.limits import standing_plans
from placements.queries.plans import as_shift, calendars_of
from placements.rules import patterns, sources
from placements.rules.plan import Shift, work_days

READERS = (Role.TEACHER, Role.COORDINATOR, Role.HEAD)
OF_SUPERVISOR_READERS = (Role.TEACHER, Role.HEAD)
SEEN = (Contact.Kind.CONTACT, Contact.Kind.VISIT, Contact.Kind.FIRST_WEEK, Contact.Kind.REVIEW)


@dataclass(frozen=True)
class OneSource:
    """Confirmed days that only somebody close to the learner stands behind, and their minutes."""

    days: list[date]
    minutes: int


def notes_of(placement: Placement, role: str) -> list[patterns.Note]:
    """The notes that a member with this role reads; students, guardians and hosts read none."""
    if role not in READERS:
        return []
    found = patterns.notes(_days(placement), _answered_at(placement), _closings(placement))
    return [one for one in found if role in OF_SUPERVISOR_READERS or not one.is_of_supervisor]


def one_source_of(placement: Placement) -> OneSource | None:
    return with_one_source([placement.pk]).get(placement.pk)


def with_one_source(placement_ids: Collection[int]) -> dict[int, OneSource]:
    """Of these placements those with a conflict of interest whose hours need a second source, in four queries."""
    related = _related(placement_ids)
    days = _confirmed(related)
    seen: dict[int, list[date]] = defaultdict(list)
    contacts = Contact.objects.filter(placement__in=related, kind__in=SEEN, side=HourClaim.Side.SCHOOL)
    for placement_id, on in contacts.order_by().values_list("placement", "on"):
        seen[placement_id].append(on)
    found = {}
    for placement_id, people in related.items():
        open_days = sources.with_one_source(days[placement_id], related=people, seen_on=seen[placement_id])
        if open_days:
            minutes = sum(one.minutes for one in days[placement_id] if one.day in set(open_days))
            found[placement_id] = OneSource(open_days, minutes)
    return found


def _related(placement_ids: Collection[int]) -> dict[int, set[int]]:
    """Who at the host is close to the learner: supervisors who are guardians, else, where a conflict is noted, all."""
    rows = (
        Placement.objects.filter(pk__in=placement_ids, segments__supervisor__isnull=False)
        .order_by("pk")
        .values_list(
            "pk",
            "conflict_of_interest",
            "segments__supervisor__person",
            "enrolment__student__guardians__person",
        )
    )
    noted: dict[int, str] = {}
    guides: dict[int, set[int]] = defaultdict(set)
    family: dict[int, set[int]] = defaultdict(set)
    for pk, conflict, guide, guardian in rows:
        noted[pk] = conflict
        guides[pk].add(guide)
        family[pk] |= {guide} & {guardian}
    return {pk: family[pk] or guides[pk] for pk in noted if noted[pk] or family[pk]}


def _confirmed(placement_ids: Collection[int]) -> dict[int, list[sources.Confirmed]]:
    host_or_school = HourClaim.objects.filter(side__in=(HourClaim.Side.HOST, HourClaim.Side.SCHOOL))
    rows = (
        WorkEntry.objects.filter(placement__in=placement_ids, confirmed_minutes__gt=0)
        .prefetch_related(Prefetch("claims", queryset=host_or_school.order_by("at", "pk"), to_attr="words"))
        .order_by("day", "pk")
    )
    found: dict[int, list[sources.Confirmed]] = defaultdict(list)
    for row in rows:
        words: list[HourClaim] = row.words  # type: ignore[attr-defined]
        host = frozenset(one.person_id for one in words if one.side == HourClaim.Side.HOST and one.confirmation_id)
        by_school = any(one.side == HourClaim.Side.SCHOOL for one in words)
        found[row.placement_id].append(sources.Confirmed(row.day, row.confirmed_minutes or 0, host, by_school))
    return found


def _days(placement: Placement) -> list[patterns.Day]:
    """Logged days with what was planned and whether they are closed; a planned single date is never closed."""
    shifts = [
        as_shift(row)
        for row in PlannedShift.objects.filter(
            plan__in=standing_plans(Placement.objects.filter(pk=placement.pk))
        ).select_related("segment__site")
    ]
    calendars = calendars_of(placement)
    planned: dict[date, int] = defaultdict(int)
    for work in work_days(shifts, calendars):
        planned[work.day] += work.minutes
    meant = {shift.starts_on for shift in shifts if _is_single(shift)}
    rows = (
        WorkEntry.objects.filter(placement=placement)
        .exclude(state=WorkEntry.State.WITHDRAWN)
        .order_by("day", "pk")
        .values_list("day", "logged_minutes", "segment")
    )
    minutes: dict[date, int] = defaultdict(int)
    closed: set[date] = set()
    for day, logged, segment in rows:
        minutes[day] += logged
        if day not in meant and calendars.lost(segment, day):
            closed.add(day)
    return [patterns.Day(day, minutes[day], planned[day], day in closed) for day in sorted(minutes)]


def _is_single(shift: Shift) -> bool:
    return shift.starts_on == shift.ends_on


def _answered_at(placement: Placement) -> list[datetime]:
    """When the host itself answered its weeks; what the school wrote down says nothing of how it answers."""
    own = WeekConfirmation.objects.filter(placement=placement, recorded_by=None)
    return list(own.order_by("answered_at").values_list("answered_at", flat=True))


def _closings(placement: Placement) -> list[tuple[datetime, tuple]]:
    """All closing feedback at this school by who gave it here."""
    given = Feedback.objects.filter(
        person__in=Feedback.objects.filter(placement=placement).values("person"), placement__school=placement.school_id
    ).order_by("given_at")
    rows = given.values_list("given_at", "independence", "host_again", "observed")
    return [(at, tuple(answers)) for at, *answers in rows]
