"""When a teacher is asked to decide on credit, and to look at a decision again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

DECIDE_AFTER = 6
DECIDE_AGAIN = 3
BEFORE_ANSWER = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class ToAssess(Fact):
    """A placement is over and there is enough to decide on since `ready_at`, or anew since `taken_back_at`."""

    field = "decision.decided_at"
    ends_on: date
    ready_at: datetime
    taken_back_at: datetime | None = None

    def lines(self, calendar: Calendar) -> list[Line]:
        """6 and 9 working days after the end; when the hours came in later, at once and 3 working days after.

        When a decision was taken back, 3 and 6 working days after that.
        """
        if self.taken_back_at:
            day = calendar.day_of(self.taken_back_at)
            first = calendar.at(calendar.after(day, DECIDE_AGAIN), MORNING)
            return self._twice(calendar, first, ("T+3", "T+6"), day.isoformat())
        first = max(calendar.at(calendar.after(self.ends_on, DECIDE_AFTER), MORNING), self.ready_at)
        return self._twice(calendar, first, ("E+6", "E+9"))

    def _twice(self, calendar: Calendar, first: datetime, names: tuple[str, str], series: str = "") -> list[Line]:
        second = calendar.at(calendar.after(calendar.day_of(first), DECIDE_AGAIN), MORNING)
        return [
            self.line(Kind.ASSESS, self.placement, Reader.TEACHER, name, due_at, series)
            for name, due_at in zip(names, (first, second), strict=True)
        ]


@dataclass(frozen=True, kw_only=True)
class ToAnswer(Fact):
    """A student asks to look at a decision again; the answer is due on the day `answer_by`."""

    field = "correction.answered_at"
    correction: int
    asked_at: datetime
    answer_by: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, and 3 days before the answer is due."""
        last = calendar.at(calendar.on_or_before(self.answer_by - BEFORE_ANSWER), MORNING)
        return [self._line("ask", self.asked_at), self._line("A-3", last)]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.LOOK_AGAIN, self.correction, Reader.TEACHER, name, due_at)
