"""When a student is asked something that is no task: what a teacher wants to know, and what came after."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

SECOND_TRY = 10


@dataclass(frozen=True, kw_only=True)
class ToReflect(Fact):
    """A student has not answered the question of a teacher, who still reads the answer."""

    field = "reflection.answered_at"
    reflection: int
    asked_at: datetime

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once (0), and in the morning some working days after the question."""
        asked_on = calendar.day_of(self.asked_at)
        return [
            self.line(
                Kind.REFLECT,
                self.reflection,
                Reader.STUDENT,
                f"+{days}" if days else "ask",
                calendar.at(calendar.after(asked_on, days), MORNING) if days else self.asked_at,
            )
            for days in self.deadlines.reflect_after
        ]


@dataclass(frozen=True, kw_only=True)
class ToFollowUp(Fact):
    """The last placement of a student is over, and the student has not said what came after."""

    field = "follow_up.answered_at"
    ends_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """Two tries: months after the last day, on a working day, and ten working days later."""
        if not self.deadlines.follow_up_months:
            return []
        day = months_after(self.ends_on, self.deadlines.follow_up_months)
        first = day if calendar.is_working(day) else calendar.after(day, 1)
        tries = (("ask", first), (f"+{SECOND_TRY}", calendar.after(first, SECOND_TRY)))
        return [
            self.line(Kind.FOLLOW_UP, self.placement, Reader.STUDENT, name, calendar.at(day, MORNING))
            for name, day in tries
        ]


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
