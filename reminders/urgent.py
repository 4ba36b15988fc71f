"""What cannot wait: a student asks to talk, something happened at work, a host asks for a call. Told to who may see it.

A line stands here as long as nobody has taken the matter in hand, for everybody who is told of it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from accounts.roles import Role
from core.models import Transition
from placements.models import Concern, Incident, SafeguardingNote
from reminders.asked.staff import Staff, staff_of
from reminders.due.lines import Line
from reminders.models import Due, Kind, Reader

HEAD_TOLD = (Incident.Care.DOCTOR, Incident.Care.HOSPITAL)
"""From a doctor on, the head of the school is told of an incident too."""

_KIND_OF = {
    ("talk", "ask"): Kind.TALK,
    ("incident", "report"): Kind.INCIDENT,
    ("incident", "complete"): Kind.INCIDENT,
    ("concern", "ask"): Kind.CONCERN,
}


def urgent(moves: Collection[Transition]) -> list[Line]:
    """Whom these moves call, at once; who was told of the same before is not told again (`due_once`)."""
    moved: dict[Kind, dict[int, datetime]] = defaultdict(dict)
    for move in moves:
        if kind := _KIND_OF.get((move.noun, move.verb)):
            moved[kind][move.object_id] = move.at
    return [
        replace(line, due_at=moments[line.subject])
        for kind, moments in moved.items()
        for line in _LINES[kind](moments, max(moments.values()))
    ]


def still_urgent(rows: Collection[Due], *, now: datetime) -> set[int]:
    """The rows (their keys) whose matter still waits, and whose reader may still see it."""
    told = {
        (kind, line.subject, line.person)
        for kind, lines_of in _LINES.items()
        for line in lines_of({row.subject_id for row in rows if row.kind == kind}, now)
    }
    return {row.pk for row in rows if (row.kind, row.subject_id, row.person_id) in told}


def _talks(ids: Collection[int], now: datetime) -> list[Line]:
    """To every safeguarding lead of the school."""
    notes = list(SafeguardingNote.objects.filter(pk__in=ids, state=SafeguardingNote.State.OPEN).order_by("pk"))
    staff = _staff({note.school_id for note in notes}, now)
    return [
        _line(Kind.TALK, note, person, note.school_id, "safeguarding_note.state", now)
        for note in notes
        for person in staff.all_of(note.school_id, Role.SAFEGUARDING)
    ]


def _incidents(ids: Collection[int], now: datetime) -> list[Line]:
    """To the coordinator, and to the head where somebody needs a doctor; not to who has reported it."""
    rows = Incident.objects.filter(pk__in=ids).exclude(state=Incident.State.CLOSED)
    incidents = list(rows.select_related("placement__enrolment").order_by("pk"))
    staff = _staff({incident.placement.school_id for incident in incidents}, now)
    return [
        _line(Kind.INCIDENT, incident, person, incident.placement.school_id, "incident.state", now)
        for incident in incidents
        for person in _told_of(incident, staff)
    ]


def _told_of(incident: Incident, staff: Staff) -> list[int]:
    coordinator = staff.coordinator(incident.placement)
    heads = staff.all_of(incident.placement.school_id, Role.HEAD) if incident.care in HEAD_TOLD else []
    everybody = dict.fromkeys([coordinator, *heads] if coordinator else heads)
    return [person for person in everybody if person != incident.person_id]


def _concerns(ids: Collection[int], now: datetime) -> list[Line]:
    rows = Concern.objects.filter(pk__in=ids, state=Concern.State.OPEN)
    concerns = list(rows.select_related("placement__enrolment").order_by("pk"))
    staff = _staff({concern.placement.school_id for concern in concerns}, now)
    return [
        _line(Kind.CONCERN, concern, person, concern.placement.school_id, "concern.state", now)
        for concern in concerns
        if (person := staff.coordinator(concern.placement))
    ]


_LINES: dict[Kind, Callable[[Collection[int], datetime], list[Line]]] = {
    Kind.TALK: _talks,
    Kind.INCIDENT: _incidents,
    Kind.CONCERN: _concerns,
}


URGENT = tuple(_LINES)


def _staff(school_ids: Collection[int], now: datetime) -> Staff:
    return staff_of(school_ids, timezone.localdate(now))


def _line(
    kind: Kind, subject: Incident | Concern | SafeguardingNote, person: int, school: int, field: str, due_at: datetime
) -> Line:
    """A note in confidence is about no placement: where it happened is no matter of a list of letters."""
    about = None if isinstance(subject, SafeguardingNote) else subject.placement_id
    return Line(
        kind=kind, subject=subject.pk, person=person, school=school, reader=Reader.SCHOOL, round="told", due_at=due_at,
        about=about, field=field,
    )  # fmt: skip
