"""What goes into people's calendars: where and when, with ids that stay; the days of a learner, and invitations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.ics import Entry, Party, calendar
from placements.models import Appointment, Contact
from placements.queries.own_days import PlannedDay
from placements.rules.appointments import name_of

BEFORE = timedelta(days=30)
AHEAD = timedelta(days=400)


def feed_of(days: Iterable[PlannedDay], appointments: Iterable[Appointment], *, at: datetime) -> bytes:
    """All of a learner's days and appointments as a calendar program reads them; no name of anybody else."""
    entries = [*(_day(one) for one in days), *(_entry(one, _summary(one)) for one in appointments)]
    return calendar(entries, at=at, name=_("Work placement"))


def _day(one: PlannedDay) -> Entry:
    starts_at, ends_at = one.span
    return Entry(
        uid=f"{one.placement.public_id}-{one.day:%Y%m%d}-{one.number}@passerelle",
        starts_at=starts_at,
        ends_at=ends_at,
        summary=_("Work placement"),
        location=place_of(one),
    )


def place_of(one: PlannedDay) -> str:
    """Firm and address, as far as they are known."""
    site = one.row.segment.site
    name = site.employer.name if site.employer else site.name
    return ", ".join(part for part in (name, site.address) if part)


def invitation(appointment: Appointment, *, attendee: Party | None, organizer: Party, name: str = "") -> Entry:
    """An appointment for one reader, who alone is named as attendee.

    `name` says for which student, by the first name alone: a calendar of a firm is kept by others.
    """
    words = _summary(appointment)
    summary = f"{words}: {name}" if name else words
    return _entry(appointment, summary, attendee=attendee, organizer=organizer, sequence=appointment.sequence)


def _entry(appointment: Appointment, summary: str, **more) -> Entry:
    return Entry(
        uid=f"{appointment.public_id}@{urlsplit(settings.SITE_URL).hostname}",
        starts_at=appointment.starts_at,
        ends_at=appointment.starts_at + timedelta(minutes=appointment.minutes),
        summary=summary,
        location=where(appointment),
        description=appointment.agenda,
        **more,
    )


def where(appointment: Appointment) -> str:
    """The place that was written down, else the workplace, for a debrief the school; or how it is held from afar."""
    placement = appointment.placement
    if appointment.place or appointment.method != Contact.Method.IN_PERSON:
        return appointment.place or appointment.get_method_display()
    firm = None if appointment.kind == Contact.Kind.DEBRIEF else placement.employer
    return (firm or placement.school).name


def _summary(appointment: Appointment) -> str:
    return f"{name_of(appointment.kind)} ({appointment.placement.school.name})"
