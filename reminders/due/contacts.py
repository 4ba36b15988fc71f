"""When people are asked for contacts: the school to hold them, host and student to answer for themselves."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from placements.models import Contact
from reminders.due.calendar import MORNING, Calendar
from reminders.due.hosts import EVENING
from reminders.due.lines import Fact, Line
from reminders.due.students import NIGHT
from reminders.models import Kind, Reader

SHOWN_BY = time(10), timedelta(hours=1)
"""When a student is asked whether the dangers were shown: at ten, or so long after a later beginning of work."""


@dataclass(frozen=True, kw_only=True)
class ToHold(Fact):
    """The school should hold a contact, asked for since a day and due by another (placements/rules/contacts.py)."""

    field = "contact.on"
    contact: Contact.Kind
    reader: Reader
    since: date
    by: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """In the morning of the first of these days, and once more when the other one is over."""
        first, late = calendar.on_or_before(self.since), calendar.after(self.by, 1)
        return [self._line("ask", calendar.at(first, MORNING)), self._line("late", calendar.at(late, MORNING))]

    def _line(self, name: str, due_at: datetime) -> Line:
        """Visits repeat, and the day by which one is due tells them apart."""
        again = f" {self.by.isoformat()}" if self.contact == Contact.Kind.VISIT else ""
        return self.line(Kind.CONTACT, self.placement, self.reader, name, due_at, f"{self.contact.value}{again}")


@dataclass(frozen=True, kw_only=True)
class ToBrief(Fact):
    """Somebody who will guide a student has not read the briefing."""

    field = "contact.on"
    at_work = True
    first_day: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """In the morning, some days before the first day at work."""
        days = calendar.days_before(self.first_day, self.deadlines.brief_before)
        series = Contact.Kind.BRIEFING.value
        return [
            self.line(Kind.CONTACT, self.placement, Reader.HOST, name, calendar.at(day, MORNING), series)
            for day, name in days.items()
        ]


@dataclass(frozen=True, kw_only=True)
class ToBeShown(Fact):
    """A learner has not said that the dangers at work were shown; on the first day work begins at `begins_at`."""

    field = "contact.on"
    at_work = True
    reader: Reader
    first_day: date
    begins_at: time | None

    def lines(self, calendar: Calendar) -> list[Line]:
        due_at = soon_after(self.first_day, self.begins_at, SHOWN_BY, calendar)
        return [
            self.line(Kind.CONTACT, self.placement, self.reader, "ask", due_at, Contact.Kind.INDUCTION.value),
        ]


@dataclass(frozen=True, kw_only=True)
class ToSay(Fact):
    """Student or host has not said how the first week goes; asked for on the fourth day at work (`since`)."""

    field = "contact.on"
    at_work = True
    reader: Reader
    since: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """Once, in the evening, when the hours of the day are asked for too: it is one letter."""
        due_at = calendar.at(self.since, EVENING if self.reader == Reader.HOST else NIGHT)
        return [self.line(Kind.CONTACT, self.placement, self.reader, "ask", due_at, Contact.Kind.FIRST_WEEK.value)]


def soon_after(day: date, begins_at: time | None, when: tuple[time, timedelta], calendar: Calendar) -> datetime:
    """A clock time on a day at work; where work begins late, at least so long after that."""
    clock, later = when
    usual = calendar.at(day, clock)
    return max(usual, calendar.at(day, begins_at) + later) if begins_at else usual
