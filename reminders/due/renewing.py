"""When the school is told that its approval of a workplace runs out."""

from dataclasses import dataclass
from datetime import date

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

BEFORE = (60, 30, 1)
"""Days of the calendar before the last day: approvals belong to no programme, so that the days are fixed."""


@dataclass(frozen=True, kw_only=True)
class ToRenew(Fact):
    """An approval that ends on a day; another day makes another series, so that the old rounds are over."""

    field = "school_employer.approved_until"
    relation: int
    until: date

    def lines(self, calendar: Calendar) -> list[Line]:
        days = calendar.days_before(self.until, BEFORE)
        return [
            self.line(Kind.RENEW, self.relation, Reader.SCHOOL, name, calendar.at(day, MORNING), self.until.isoformat())
            for day, name in days.items()
        ]
