"""Calendars as programs read them (RFC 5545), and the messages that put an entry into one (RFC 5546): times in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Passerelle//Work placement//EN"


class Method(StrEnum):
    """What a message does to the entries that it carries."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Party:
    """Who is named in an entry, with the mail address to which a calendar answers."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry; `uid` stays for good, each change of it has a higher `sequence`."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    sequence: int | None = None
    organizer: Party | None = None
    attendee: Party | None = None


def calendar(entries: Iterable[Entry], *, at: datetime, name: str = "", method: Method | None = None) -> bytes:
    """The text of a calendar, written at this moment; with a method it is a message to the attendees."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    if name:
        found.add("x-wr-calname", name)
    if method:
        found.add("method", method.value)
    for entry in entries:
        found.add_component(_event(entry, at, method))
    return found.to_ical()


def _event(entry: Entry, at: datetime, method: Method | None) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    if entry.sequence is not None:
        event.add("sequence", entry.sequence)
    if method:
        event.add("status", "CANCELLED" if method == Method.CANCEL else "CONFIRMED")
    if entry.organizer:
        event.add("organizer", _address(entry.organizer))
    if entry.attendee:
        event.add("attendee", _address(entry.attendee, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="TRUE"))
    return event


def _address(party: Party, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    for name, value in {"cn": party.name, **parameters}.items():
        address.params[name] = value
    return address
