"""When a student is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from reminders.due.calendar import Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

NIGHT = time(19)


@dataclass(frozen=True, kw_only=True)
class ToLog(Fact):
    """Planned days of work, the first after the last one of which the learner has said anything at the head."""

    field = "work_entry.logged_at"
    at_work = True
    days: Sequence[date]

    def lines(self, calendar: Calendar) -> list[Line]:
        """One letter on the evening of a day; after some without an answer a person takes over (E31)."""
        return [
            self.line(
                Kind.LOG, self.placement, Reader.STUDENT, "evening", calendar.at(day, NIGHT), series=day.isoformat()
            )
            for day in self.days[: self.deadlines.log_nudges]
        ]
