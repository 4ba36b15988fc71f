"""When a teacher is asked to decide on credit, and to look at a decision again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

DECIDE_AGAIN = (3, 6)
BEFORE_ANSWER = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class ToAssess(Fact):
    """A placement is over and there is enough to decide on since `ready_at`, or anew since `taken_back_at`."""

    field = "decision.decided_at"
    ends_on: date
    ready_at: datetime
    taken_back_at: datetime | None = None

    def lines(self, calendar: Calendar) -> list[Line]:
        """Some working days after the end; when the hours came in later, at once and with the same days between.

        When a decision was taken back, 3 and 6 working days after that.
        """
        if self.taken_back_at:
            day = calendar.day_of(self.taken_back_at)
            first = calendar.at(calendar.after(day, DECIDE_AGAIN[0]), MORNING)
            return self._rounds("T", DECIDE_AGAIN, first, calendar, day.isoformat())
        rounds = self.deadlines.assess_after
        if not rounds:
            return []
        first = max(calendar.at(calendar.after(self.ends_on, rounds[0]), MORNING), self.ready_at)
        return self._rounds("E", rounds, first, calendar)

    def _rounds(
        self, mark: str, days: Sequence[int], first: datetime, calendar: Calendar, series: str = ""
    ) -> list[Line]:
        """The first one at `first`, the others as many working days later as the days say."""
        first_day = calendar.day_of(first)
        later = [calendar.at(calendar.after(first_day, count - days[0]), MORNING) for count in days[1:]]
        return [
            self.line(Kind.ASSESS, self.placement, Reader.TEACHER, f"{mark}+{count}", due_at, series)
            for count, due_at in zip(days, [first, *later], strict=True)
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
