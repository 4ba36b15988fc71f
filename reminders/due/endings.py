"""When a host is told that a placement ends, and thanked for it."""

from dataclasses import dataclass
from datetime import date, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

SHORT = 5
"""Days from the first to the last: up to here nobody needs to be told that the end comes soon."""


@dataclass(frozen=True, kw_only=True)
class ToEnd(Fact):
    """A placement is under way, and its host has not given the closing feedback yet."""

    field = "placement.state"
    starts_on: date
    ends_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """Once, days before the last day; another last day is told anew."""
        before = self.deadlines.ending_before
        day = calendar.on_or_before(self.ends_on - timedelta(days=before))
        if not before or (self.ends_on - self.starts_on).days < SHORT or day <= self.starts_on:
            return []
        due_at, series = calendar.at(day, MORNING), self.ends_on.isoformat()
        return [self.line(Kind.ENDING, self.placement, Reader.HOST, "once", due_at, series)]


@dataclass(frozen=True, kw_only=True)
class ToThank(Fact):
    """A placement is over, and nothing speaks against thanking its host."""

    field = "placement.end_reason"
    ends_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """Once, working days after the last day."""
        due_at = calendar.at(calendar.after(self.ends_on, self.deadlines.thanks_after), MORNING)
        return [self.line(Kind.THANKS, self.placement, Reader.HOST, "once", due_at)]
