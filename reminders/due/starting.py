"""When the school is told what is missing before a start: the plan, a signature, and on the first day the student."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.contacts import soon_after
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

ARRIVED_BY = time(13), timedelta(hours=4)
"""When the school is told that nobody has said anything: at one, or so long after a later beginning of work."""


@dataclass(frozen=True, kw_only=True)
class ToPlan(Fact):
    """No plan of a placement was sent for signing; the placement is known since `created_at`."""

    field = "agreement.sign_by"
    starts_on: date
    created_at: datetime | None

    def lines(self, calendar: Calendar) -> list[Line]:
        """Some days before the start, but not within two days after the placement was made."""
        earliest = calendar.day_of(self.created_at) + timedelta(days=2) if self.created_at else date.min
        days = calendar.days_before(self.starts_on, self.deadlines.plan_before)
        return [
            self.line(Kind.PLAN, self.placement, Reader.SCHOOL, name, calendar.at(day, MORNING))
            for day, name in days.items()
            if day >= earliest
        ]


@dataclass(frozen=True, kw_only=True)
class ToCall(Fact):
    """An agreement is not in force, and the first day comes near."""

    field = "agreement.in_force_at"
    starts_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        days = calendar.days_before(self.starts_on, self.deadlines.unsigned_before)
        return [
            self.line(Kind.UNSIGNED, self.placement, Reader.SCHOOL, name, calendar.at(day, MORNING))
            for day, name in days.items()
        ]


@dataclass(frozen=True, kw_only=True)
class ToArrive(Fact):
    """Nobody has said anything of the first day at work, on which it begins at `begins_at`."""

    field = "work_entry.logged_at"
    at_work = True
    first_day: date
    begins_at: time | None

    def lines(self, calendar: Calendar) -> list[Line]:
        due_at = soon_after(self.first_day, self.begins_at, ARRIVED_BY, calendar)
        return [self.line(Kind.ARRIVAL, self.placement, Reader.SCHOOL, "D", due_at)]
