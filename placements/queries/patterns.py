"""Reads of what is worth a question: patterns in hours and answers, and hours with one source only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from accounts.roles import Role
from core.keys import among
from core.templatetags.ui import day as day_name
from core.templatetags.ui import hours
from placements.models import (
    Contact,
    Feedback,
    HourClaim,
    Placement,
    PlannedShift,
    Segment,
    WeekConfirmation,
    WorkEntry,
)
from placements.queries.limits import standing_keys
from placements.queries.plans import as_shift, calendar_of, with_calendar_days
from placements.rules import patterns, sources
from placements.rules.calendars import Calendars
from placements.rules.plan import work_days

READERS = (Role.TEACHER, Role.COORDINATOR, Role.HEAD)
OF_SUPERVISOR_READERS = (Role.TEACHER, Role.HEAD)
SEEN = (
    Contact.Kind.CONTACT,
    Contact.Kind.VISIT,
    Contact.Kind.FIRST_WEEK,
    Contact.Kind.REVIEW,
    Contact.Kind.OBSERVATION,
)


@dataclass(frozen=True)
class OneSource:
    """Confirmed days that only somebody close to the learner stands behind, and their minutes."""

    days: list[date]
    minutes: int

    @property
    def key(self) -> str:
        """A further day with one source is another alert."""
        return f"one_source:{self.days[-1].isoformat()}"

    @property
    def text(self) -> str:
        words = {"minutes": hours(self.minutes), "first": day_name(self.days[0]), "last": day_name(self.days[-1])}
        return _("%(minutes)s from %(first)s to %(last)s rest on the word of somebody close to the student.") % words


def notes_of(placement: Placement, role: str) -> list[patterns.Note]:
    """The notes that a member with this role reads; students, guardians and hosts read none."""
    return notes_for([placement.pk], role)[placement.pk]


def notes_for(placement_ids: Collection[int], role: str) -> dict[int, list[patterns.Note]]:
    """As `notes_of`, of each of these placements, in six queries."""
    found: dict[int, list[patterns.Note]] = {pk: [] for pk in placement_ids}
    if role not in READERS:
        return found
    days, answered, closings = _days(placement_ids), _answered_at(placement_ids), _closings(placement_ids)
    for pk in placement_ids:
        some = patterns.notes(days[pk], answered[pk], closings[pk])
        found[pk] = [one for one in some if role in OF_SUPERVISOR_READERS or not one.is_of_supervisor]
    return found


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


def _days(placement_ids: Collection[int]) -> dict[int, list[patterns.Day]]:
    """Logged days with what was planned and whether they are closed; a planned single date is never closed."""
    planned, meant = _planned(placement_ids)
    calendars = _calendars(placement_ids)
    rows = (
        WorkEntry.objects.filter(placement__in=placement_ids)
        .exclude(state=WorkEntry.State.WITHDRAWN)
        .order_by("placement", "day", "pk")
        .values_list("placement", "day", "logged_minutes", "segment")
    )
    minutes: dict[tuple[int, date], int] = defaultdict(int)
    closed: set[tuple[int, date]] = set()
    for placement, day, logged, segment in rows:
        minutes[placement, day] += logged
        if (placement, day) not in meant and calendars.lost(segment, day):
            closed.add((placement, day))
    found: dict[int, list[patterns.Day]] = defaultdict(list)
    for (placement, day), logged in minutes.items():
        one = patterns.Day(day, logged, planned.get((placement, day), 0), (placement, day) in closed)
        found[placement].append(one)
    return found


def _planned(placement_ids: Collection[int]) -> tuple[dict[tuple[int, date], int], set[tuple[int, date]]]:
    """Planned minutes by placement and day, and the days that were planned as single dates."""
    plans = standing_keys(Placement.objects.filter(pk__in=placement_ids))
    rows = with_calendar_days(PlannedShift.objects.filter(among("plan", plans)), "segment__").select_related(
        "segment__site", "segment__placement__enrolment__cohort"
    )
    planned: dict[tuple[int, date], int] = defaultdict(int)
    meant: set[tuple[int, date]] = set()
    for row in rows.order_by("pk"):
        shift, placement = as_shift(row), row.segment.placement_id
        calendars = Calendars({row.segment_id: calendar_of(row.segment, row)})
        for work in work_days([shift], calendars):
            planned[placement, work.day] += work.minutes
        if shift.is_dated:
            meant.add((placement, shift.starts_on))
    return planned, meant


def _calendars(placement_ids: Collection[int]) -> Calendars:
    rows = with_calendar_days(Segment.objects.filter(placement__in=placement_ids))
    segments = rows.select_related("site", "placement__enrolment__cohort").order_by("pk")
    return Calendars({row.pk: calendar_of(row, row) for row in segments})


def _answered_at(placement_ids: Collection[int]) -> dict[int, list[datetime]]:
    """When the host itself answered its weeks; what the school wrote down says nothing of how it answers."""
    own = WeekConfirmation.objects.filter(placement__in=placement_ids, recorded_by=None).order_by("answered_at", "pk")
    found: dict[int, list[datetime]] = defaultdict(list)
    for placement, at in own.values_list("placement", "answered_at"):
        found[placement].append(at)
    return found


def _closings(placement_ids: Collection[int]) -> dict[int, list[patterns.Closing]]:
    """All closing feedback that whoever gave it here has given at this school."""
    rows = list(
        Feedback.objects.filter(placement__in=placement_ids).values_list("placement", "person", "placement__school")
    )
    given = (
        Feedback.objects.filter(
            person__in={person for _placement, person, _school in rows},
            placement__school__in={school for _placement, _person, school in rows},
        )
        .order_by("given_at", "pk")
        .values_list("person", "placement__school", "given_at", "independence", "host_again", "observed")
    )
    by_giver: dict[tuple[int, int], list[patterns.Closing]] = defaultdict(list)
    for person, school, at, *answers in given:
        by_giver[person, school].append((at, tuple(answers)))
    found: dict[int, list[patterns.Closing]] = defaultdict(list)
    for placement, person, school in rows:
        found[placement] = by_giver[person, school]
    return found
