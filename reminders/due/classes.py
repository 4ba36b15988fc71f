"""When a teacher is told that a week at work can be read."""

from dataclasses import dataclass
from datetime import date, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class ToRead(Fact):
    """Students of a teacher have written down something of the week that begins on `monday`."""

    field = "work_entry.logged_at"
    monday: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """Once, in the first morning of the next week on which there is school."""
        day = self.monday + WEEK
        day = day if calendar.is_working(day) else calendar.after(day, 1)
        moment = calendar.at(day, MORNING)
        return [self.line(Kind.CLASS_WEEK, self.person, Reader.TEACHER, "week", moment, self.monday.isoformat())]
