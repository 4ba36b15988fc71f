"""Visits and talks that are planned: told to everybody who is there, each time they change, and on the day before.

`series` is the sequence of the appointment, so that a newer change ends what was to be told of an older one.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from core.models import Transition
from placements.models import Appointment, Placement
from placements.queries.appointments import guides_on
from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Line
from reminders.models import Due, Kind, Outbox, Reader

DAY_BEFORE = "D-1"
FIELD = "appointment.starts_at"
NEAR = timedelta(hours=24)
"""Whoever is told within a day before the day before needs no second letter."""


def invited(moves: Collection[Transition], schools: dict[int, Calendar]) -> list[Line]:
    """Who is told of these moves: whoever is there, and whoever was told before that they would be."""
    found = _appointments({move.object_id for move in moves})
    known: dict[int, dict[int, str]] = defaultdict(dict)
    for subject, person, reader in _told(found).values_list("subject_id", "person_id", "reader"):
        known[subject][person] = reader
    return [
        line
        for move in moves
        if (appointment := found.get(move.object_id))
        for person, reader in (known[move.object_id] | _there(appointment)).items()
        if not (reader in (Reader.SCHOOL, Reader.TEACHER) and _is_own(move, appointment, person))
        for line in _lines(appointment, move, person, Reader(reader), schools[appointment.placement.school_id])
    ]


def still_invited(rows: Collection[Due], *, now: datetime) -> set[int]:
    """The rows (their keys) of the last change of what is still to come. That it is off is told to whoever got a
    letter of it, and to nobody else."""
    found = _appointments({row.subject_id for row in rows})
    knows = told_earlier(rows)
    return {
        row.pk
        for row in rows
        if (appointment := found.get(row.subject_id)) and _is_last(row, appointment) and appointment.starts_at > now
        if is_on_for(appointment, row.person_id) or (row.pk in knows and row.round != DAY_BEFORE)
    }


def told_earlier(rows: Collection[Due]) -> set[int]:
    """The rows (their keys) whose reader got a letter about an earlier version of the same."""
    sent = _told({row.subject_id for row in rows}).filter(outbox__state=Outbox.State.SENT)
    told: dict[tuple[int, int], set[str]] = defaultdict(set)
    for subject, person, series in sent.values_list("subject_id", "person_id", "series"):
        told[subject, person].add(series)
    return {row.pk for row in rows if told[row.subject_id, row.person_id] - {row.series}}


def is_on_for(appointment: Appointment, person_id: int) -> bool:
    """Whether it is held and this person is there; of a placement that is over only the debrief is."""
    stops = appointment.placement.state == Placement.State.CANCELLED
    return appointment.state == Appointment.State.PLANNED and not stops and person_id in _there(appointment)


def _is_last(row: Due, appointment: Appointment) -> bool:
    return row.series == str(appointment.sequence)


def _appointments(ids: Collection[int]) -> dict[int, Appointment]:
    rows = Appointment.objects.filter(pk__in=ids).select_related("person", "placement__enrolment")
    return rows.prefetch_related("placement__segments__supervisor", "placement__segments__site").in_bulk()


def _told(found: Collection[int]) -> QuerySet[Due]:
    return Due.objects.filter(kind=Kind.APPOINTMENT, subject_id__in=found)


def _there(appointment: Appointment) -> dict[int, str]:
    """Everybody who is there, by person, with what they are told as."""
    placement = appointment.placement
    teachers = {placement.teacher_id, placement.enrolment.teacher_id if placement.enrolment else None}
    own: Reader = Reader.TEACHER if appointment.person_id in teachers else Reader.SCHOOL
    there: dict[int, str] = {appointment.person_id: own}
    if appointment.with_host:
        there |= dict.fromkeys(guides_on(placement.segments.all(), appointment), Reader.HOST)
    if appointment.with_student:
        there[placement.learner_id] = Reader.STUDENT
    return there


def _is_own(move: Transition, appointment: Appointment, person_id: int) -> bool:
    """Who plans a visit of its own knows of it."""
    is_there = person_id == appointment.person_id
    return is_there and move.actor_kind == "user" and move.actor_id == appointment.person.user_id


def _lines(appointment: Appointment, move: Transition, person: int, reader: Reader, calendar: Calendar) -> list[Line]:
    found = [_line(appointment, move, person, reader, "told", move.at)]
    before = _day_before(appointment, calendar)
    if reader in (Reader.STUDENT, Reader.HOST) and is_on_for(appointment, person) and before - move.at >= NEAR:
        found.append(_line(appointment, move, person, reader, DAY_BEFORE, before))
    return found


def _day_before(appointment: Appointment, calendar: Calendar) -> datetime:
    """The morning of the working day before, by the clock of the workplace."""
    segment = next(iter(appointment.placement.segments.all()), None)
    there = calendar.in_zone(ZoneInfo(segment.site.time_zone)) if segment else calendar
    day = timezone.localdate(appointment.starts_at, there.zone)
    return there.at(there.on_or_before(day - timedelta(days=1)), MORNING)


def _line(appointment: Appointment, move: Transition, person: int, reader: Reader, name: str, due_at: datetime) -> Line:
    return Line(
        kind=Kind.APPOINTMENT,
        subject=appointment.pk,
        person=person,
        school=appointment.placement.school_id,
        reader=reader,
        round=name,
        due_at=due_at,
        about=appointment.placement_id,
        series=str(move.details.get("sequence", appointment.sequence)),
        field=FIELD,
    )
