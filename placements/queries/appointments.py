"""Reads of visits and talks that are planned: who is invited, what is to come, and what nobody has written down yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject, TruncDate

from accounts.models import Person
from placements.models import Appointment, Contact, HourClaim, Placement, Segment
from placements.rules.appointments import name_of, shown_at

Side = HourClaim.Side
State = Appointment.State

WRITTEN_WITHIN = timedelta(days=30)
"""So long after its time the school is shown an appointment that was not written down as a contact."""


def guides_on(segments: Iterable[Segment], appointment: Appointment) -> list[int]:
    """The persons who guide at the host on the day of an appointment; of a day between, who guides nearest to it.

    `segments` are those of its placement, with their supervisors.
    """
    guided = [row for row in segments if row.supervisor]
    day = appointment.starts_at.date()
    here = [row for row in guided if row.starts_on <= day <= row.ends_on]
    near = sorted(guided, key=lambda row: (min(abs(row.starts_on - day), abs(row.ends_on - day)), row.pk))
    return list(dict.fromkeys(row.supervisor.person_id for row in here or near[:1] if row.supervisor))


def open_ones(placement: Placement, side: HourClaim.Side, *, now: datetime) -> list[Appointment]:
    """What is planned: for student and host what is to come and is with them; for the school everything that has not
    been written down as a contact of its kind since."""
    rows = Appointment.objects.filter(placement=placement, state=State.PLANNED).select_related("person")
    if side == Side.SCHOOL:
        held = Contact.objects.filter(placement=OuterRef("placement"), kind=OuterRef("kind"), on__gte=OuterRef("day"))
        lately = rows.filter(starts_at__gt=now - WRITTEN_WITHIN).alias(day=TruncDate("starts_at"))
        return list(lately.exclude(Exists(held.order_by())))
    return list(rows.filter(_with(side), starts_at__gt=now))


def ahead_of(learner: Person, since: datetime) -> QuerySet[Appointment]:
    """All that is planned with a learner from a moment on."""
    rows = Appointment.objects.filter(placement__learner=learner, with_student=True, state=State.PLANNED)
    return rows.filter(starts_at__gte=since).exclude(placement__state=Placement.State.CANCELLED).select_related(
        "placement__school", "placement__employer"
    )  # fmt: skip


def _with(side: HourClaim.Side) -> Q:
    return Q(with_student=True) if side == Side.STUDENT else Q(with_host=True)


@dataclass(frozen=True)
class Next:
    """What comes next of a placement, in a word, and when, as clocks at the workplace show it."""

    name: Any
    at: datetime


def with_next(rows: QuerySet[Any], side: HourClaim.Side, *, now: datetime, placement: str = "pk") -> QuerySet[Any]:
    """Rows with the next appointment of their placement, for one side; `next_of` reads it. No query of its own."""
    coming = Appointment.objects.filter(placement=OuterRef(placement), state=State.PLANNED, starts_at__gt=now)
    if side != Side.SCHOOL:
        coming = coming.filter(_with(side))
    sites = Segment.objects.filter(placement=OuterRef("placement")).order_by("starts_on", "pk")
    zone = Coalesce(Subquery(sites.values("site__time_zone")[:1]), F("placement__school__time_zone"))
    known = JSONObject(kind="kind", at="starts_at", zone=zone)
    first = coming.order_by("starts_at", "pk").values(known=known)[:1]
    return rows.annotate(next_appointment=Subquery(first, output_field=JSONField()))


def next_of(row: Any) -> Next | None:
    known = row.next_appointment
    if known is None:
        return None
    return Next(name_of(known["kind"]), shown_at(datetime.fromisoformat(known["at"]), known["zone"]))
