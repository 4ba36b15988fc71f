"""When somebody comes or calls, in the words of each reader, with what goes into a calendar."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Link
from accounts.people import mail_address_of
from core.ics import Party
from core.templatetags.ui import day_time
from placements.feeds import invitation, where
from placements.models import Appointment, Placement
from placements.queries.plans import zone_of
from placements.queries.requests import first_name
from placements.rules.appointments import name_of
from reminders.appointments import DAY_BEFORE, is_on_for, told_earlier
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of
from reminders.models import Due, Reader
from reminders.ways import Ways


def appointments(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    known = Appointment.objects.select_related("person__user", "placement__school", "placement__employer").in_bulk(
        {row.subject_id for row in rows}
    )
    knows = told_earlier(rows)
    return [
        _matter(row, known[row.subject_id], placements, ways, knows=row.pk in knows)
        for row in sorted(rows, key=lambda row: (known[row.subject_id].starts_at, row.pk))
    ]


def _matter(row: Due, appointment: Appointment, placements: dict[int, Placement], ways: Ways, *, knows: bool) -> Matter:
    placement = placements[appointment.placement_id]
    page = reverse("placements:contacts", args=[placement.public_id])
    with timezone.override(zone_of(placement)):
        when = day_time(appointment.starts_at)
    name = "" if row.reader == Reader.STUDENT else first_name(placement.learner)
    return matter_of(
        placement,
        ways,
        what=str(name_of(appointment.kind)),
        when=when,
        minutes=appointment.minutes,
        sender=appointment.person.full_name,
        topic=_topic(row, appointment, knows),
        place=where(appointment),
        agenda=appointment.agenda,
        url=ways.task(Link.Purpose.CONFIRM, 0, page) if row.reader == Reader.HOST else ways.page(page),
        entry=invitation(appointment, attendee=_attendee(ways), organizer=_organizer(appointment), name=name),
    )


def _topic(row: Due, appointment: Appointment, knows: bool) -> str:
    """What the letter says of it: that it is off, near, changed or new."""
    if not is_on_for(appointment, row.person_id):
        return "off"
    if row.round == DAY_BEFORE:
        return "near"
    return "changed" if knows else "new"


def _attendee(ways: Ways) -> Party | None:
    address = mail_address_of(ways.person.pk)
    return Party(ways.person.full_name, address) if address else None


def _organizer(appointment: Appointment) -> Party:
    """Whoever comes, so that an answer of a calendar reaches a person."""
    user = appointment.person.user
    address = user.email if user else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Party(appointment.person.full_name, address)
