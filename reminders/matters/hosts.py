"""What hosts are asked for."""

from datetime import date

from django.urls import reverse

from accounts.models import Link, Person
from placements.models import HostRequest, Placement, WorkEntry
from placements.queries.requests import first_name, host_of, programme_of, with_placement
from placements.rules.hours import week_of
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, minutes_of
from reminders.models import Due
from reminders.ways import Ways


def to_take(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """A host learns no more of a student than the request says."""
    found = with_placement(HostRequest.objects.filter(pk__in={row.subject_id for row in rows}))
    return [
        Matter(
            student=first_name(request.placement.learner),
            workplace=host_of(request),
            starts_on=request.placement.starts_on,
            ends_on=request.placement.ends_on,
            by=request.answer_by,
            what=programme_of(request),
            url=ways.task(Link.Purpose.REQUEST, request.pk, reverse("placements:request", args=[request.public_id])),
        )
        for request in found.order_by("pk")
    ]


def to_confirm(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    minutes = minutes_of(rows, state=WorkEntry.State.LOGGED, segment__supervisor__person=ways.person)
    return [
        matter_of(
            placements[row.subject_id],
            ways,
            week=date.fromisoformat(row.series),
            minutes=minutes[row.subject_id, row.series][0],
            url=ways.task(Link.Purpose.CONFIRM, 0, reverse("placements:host")),
        )
        for row in rows
    ]


def to_give_feedback(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        page = reverse("placements:host_closing", args=[placement.public_id])
        found.append(matter_of(placement, ways, url=ways.task(Link.Purpose.FEEDBACK, placement.pk, page)))
    return found


def for_colleague(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """The open weeks and closings of somebody who does not answer, each by a link handed on from that person."""
    minutes = minutes_of([row for row in rows if row.series], state=WorkEntry.State.LOGGED)
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        guide = _guide(placement, row.series)
        week = date.fromisoformat(row.series) if row.series else None
        found.append(
            matter_of(
                placement,
                ways,
                sender=guide.full_name,
                week=week,
                minutes=minutes[row.subject_id, row.series][0] if week else 0,
                url=ways.stand_in(guide, placement.pk if week is None else 0),
            )
        )
    return found


def _guide(placement: Placement, series: str) -> Person:
    """Who guided in a week (its Monday), or last."""
    guided = placement.segments.filter(supervisor__isnull=False).select_related("supervisor__person")
    segments = list(guided.order_by("starts_on", "pk"))
    begun = [row for row in segments if series and row.starts_on <= week_of(date.fromisoformat(series))[1]]
    segment = (begun or segments)[-1]
    return segment.supervisor.person  # type: ignore[union-attr]
