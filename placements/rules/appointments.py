"""Visits and talks that are planned: which kinds, in which ways, and when a plan is still to come."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import pgettext_lazy

from placements.models import Appointment, Contact, HourClaim
from placements.rules.contacts import SHAPES

Kind = Contact.Kind
Method = Contact.Method
Side = HourClaim.Side

KINDS = (Kind.VISIT, Kind.CONTACT, Kind.FIRST_WEEK, Kind.REVIEW, Kind.DEBRIEF)
"""What is held at a time that people agree on; the rest is written down when it was held."""
METHODS = (Method.IN_PERSON, Method.PHONE, Method.VIDEO)
LENGTHS = (15, 30, 45, 60, 90, 120)
"""In minutes."""


def there(kind: Contact.Kind, sides: set[HourClaim.Side]) -> set[HourClaim.Side]:
    """Who is there: whom the kind needs, or else whoever was chosen."""
    return set(SHAPES[kind].people) or sides


def name_of(kind: str) -> Any:
    """What is planned, in a word: a contact is a talk while it is still to come."""
    return pgettext_lazy("planned", "Talk") if kind == Kind.CONTACT else Kind(kind).label


def moment(day: date, clock: time, zone: str) -> datetime:
    """A time at the workplace in UTC. One that the clocks skip in spring is an hour later, one that they have twice
    in autumn is the first of the two."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown_at(moment: datetime, zone: str) -> datetime:
    """What a clock at the workplace shows: without a zone, so that no page turns it into the hour of its reader."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_to_come(appointment: Appointment, now: datetime) -> bool:
    return appointment.state == Appointment.State.PLANNED and appointment.starts_at > now
