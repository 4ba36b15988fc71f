"""A letter in the language of its reader: what is open, with a way to each thing. Bodies are written, not stored."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Organisation, Person
from core.ics import Entry, Method, calendar
from placements.models import Placement
from reminders import facts
from reminders.letters import LETTERS, subject_of
from reminders.letters.parts import Part
from reminders.letters.samples import samples
from reminders.matters import MATTERS
from reminders.models import Due, Kind, Outbox, Reader
from reminders.ways import Ways


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str
    reply_to: list[str]
    url: str
    """The first page that the letter leads to, for where there is room for one only."""
    calendars: tuple[tuple[Method, bytes], ...] = ()
    """What goes into the reader's calendar, and what goes out of it: one message for each."""
    choices: str = ""
    """Where the reader may do without such letters; empty for what nobody may do without."""


def compose(outbox: Outbox, rows: Collection[Due], *, now: datetime) -> Letter:
    """Write the letter about these rows; links are minted for readers without an account."""
    person = Person.objects.select_related("user").get(pk=outbox.person_id)
    school = Organisation.objects.get(pk=outbox.school_id)
    return write(rows, Ways(person, school, now), language=person.language)


def write(rows: Collection[Due], ways: Ways, *, language: str) -> Letter:
    """The letter about these rows to the person of `ways`, who goes to its pages by them."""
    placements = _placements(rows)
    with translation.override(language), timezone.override(ZoneInfo(ways.school.time_zone)):
        parts = {
            kind: LETTERS[kind](MATTERS[kind](own, placements, ways))
            for kind in Kind
            if (own := _once([row for row in rows if row.kind == kind]))
        }
        return _write(
            ways.person.full_name,
            ways.school.name,
            list(parts.values()),
            may_forward=bool(ways.minted) and Reader.HOST in {row.reader for row in rows},
            reply_to=_reply_to(placements) or _askers(parts.values()),
            choices=ways.choices(next(iter(parts))),
            calendars=_calendars(parts.values(), ways.now),
        )


def preview(kind: Kind, *, language: str, school: Organisation, today: date) -> Letter:
    """A letter of this kind about invented people."""
    with translation.override(language), timezone.override(ZoneInfo(school.time_zone)):
        matters = samples(kind, today)
        own = matters[0].own
        return _write("Sam Okoro", school.name, [LETTERS[kind](matters)], may_forward=not own, reply_to=[], choices="")


def _calendars(parts: Iterable[Part], now: datetime) -> tuple[tuple[Method, bytes], ...]:
    """One calendar for each method: a program that reads mail takes the method from the whole of it (RFC 6047)."""
    entries: dict[Method, list[Entry]] = defaultdict(list)
    for matter in (matter for part in parts for matter in part.matters):
        if matter.entry:
            entries[Method.CANCEL if matter.topic == "off" else Method.REQUEST].append(matter.entry)
    return tuple((method, calendar(entries[method], at=now, method=method)) for method in Method if entries[method])


def _write(
    name: str,
    school: str,
    parts: list[Part],
    *,
    may_forward: bool,
    reply_to: list[str],
    choices: str,
    calendars: tuple[tuple[Method, bytes], ...] = (),
) -> Letter:
    subject = subject_of(parts)
    values = {
        "name": name,
        "school": school,
        "parts": parts,
        "may_forward": may_forward,
        "subject": subject,
        "choices": choices,
    }
    return Letter(
        subject=subject,
        text=render_to_string("reminders/letters/frame.txt", values),
        html=render_to_string("reminders/letters/frame.html", values),
        language=translation.get_language(),
        reply_to=reply_to,
        url=next((matter.url for part in parts for matter in part.matters if matter.url), settings.SITE_URL),
        choices=choices,
        calendars=calendars,
    )


def _once(rows: list[Due]) -> list[Due]:
    """One row for each series, when two rounds of it are in one letter."""
    return list({facts.series_key(row): row for row in rows}.values())


def _placements(rows: Collection[Due]) -> dict[int, Placement]:
    wanted = {row.about_placement_id for row in rows if row.about_placement_id}
    return Placement.objects.select_related("learner", "employer", "school", "coordinator__user").in_bulk(wanted)


def _reply_to(placements: dict[int, Placement]) -> list[str]:
    """The coordinator, so that an answer by mail reaches a human."""
    users = [placement.coordinator.user for placement in placements.values() if placement.coordinator]
    return [user.email for user in users if user][:1]


def _askers(parts: Iterable[Part]) -> list[str]:
    return [matter.reply for part in parts for matter in part.matters if matter.reply][:1]
