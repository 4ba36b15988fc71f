"""A calendar as programs read it (RFC 5545): where and when, in UTC, with ids that stay; no name of anybody else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from placements.queries.own_days import PlannedDay

BEFORE = timedelta(days=30)
AHEAD = timedelta(days=400)


def feed_of(days: Iterable[PlannedDay], *, at: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Passerelle//Work placement//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Work placement"))
    for one in days:
        calendar.add_component(_event(one, at))
    return calendar.to_ical()


def _event(one: PlannedDay, at: datetime) -> Event:
    event = Event()
    starts_at, ends_at = one.span
    event.add("uid", f"{one.placement.public_id}-{one.day:%Y%m%d}-{one.number}@passerelle")
    event.add("dtstamp", at)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", _("Work placement"))
    event.add("location", place_of(one))
    return event


def place_of(one: PlannedDay) -> str:
    """Firm and address, as far as they are known."""
    site = one.row.segment.site
    name = site.employer.name if site.employer else site.name
    return ", ".join(part for part in (name, site.address) if part)
