"""What cannot wait: that there is something, and where it is read. What was said and whom it is about stays there."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from core import formats
from employers.models import SchoolEmployer
from employers.queries import check_lines
from placements.models import Concern, Incident, Placement, SafeguardingNote
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, still_to_come
from reminders.models import Due
from reminders.ways import Ways


def to_talk(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """No name and no workplace: the letter may be read on a phone that lies on a table."""
    notes = SafeguardingNote.objects.filter(pk__in={row.subject_id for row in rows}).order_by("pk")
    return [
        Matter(
            student="",
            workplace=ways.school.name,
            starts_on=timezone.localdate(note.written_at),
            ends_on=timezone.localdate(note.written_at),
            url=ways.page(reverse("placements:note", args=[note.public_id])),
        )
        for note in notes
    ]


def to_look_at(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """With the day by which an authority has to know; neither what happened nor how somebody is."""
    incidents = Incident.objects.filter(pk__in={row.subject_id for row in rows}).order_by("pk")
    return [
        matter_of(
            placements[incident.placement_id],
            ways,
            by=None if incident.authority_told_on else incident.tell_by,
            url=ways.page(reverse("placements:incident", args=[incident.public_id])),
        )
        for incident in incidents
    ]


def to_call(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """Who at the workplace asks, and whether for a call or for an end; the reason stands on the page."""
    concerns = Concern.objects.filter(pk__in={row.subject_id for row in rows}).select_related("person").order_by("pk")
    return [
        matter_of(
            placements[concern.placement_id],
            ways,
            sender=concern.person.full_name,
            topic=concern.kind,
            url=ways.page(reverse("placements:concern", args=[concern.public_id])),
        )
        for concern in concerns
    ]


def to_renew(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    relations = SchoolEmployer.objects.filter(pk__in={row.subject_id for row in rows}).select_related("employer")
    return [
        Matter(
            student="",
            workplace=relation.employer.name,
            starts_on=relation.approved_until,
            ends_on=relation.approved_until,
            by=still_to_come(relation.approved_until, ways.now),
            what=_running_out(relation, relation.approved_until),
            url=ways.page(reverse("employers:employer", args=[relation.employer.public_id])),
        )
        for relation in relations.exclude(approved_until=None).order_by("approved_until", "pk")
        if relation.approved_until
    ]


def _running_out(relation: SchoolEmployer, until: date) -> str:
    """The checks that end with the approval; nothing where it was set by hand."""
    return formats.listed(line.kind.label for line in check_lines(relation, until) if line.until == until)
