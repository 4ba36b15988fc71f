"""When the parties are asked to sign."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader


@dataclass(frozen=True, kw_only=True)
class ToSign(Fact):
    """A party has not signed an agreement that was proposed."""

    field = "signature.signed_at"
    signature: int
    reader: Reader
    proposed_at: datetime
    starts_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, then some days before the start, but not within two days after the first letter."""
        earliest = calendar.day_of(self.proposed_at) + timedelta(days=2)
        before = self.deadlines.sign_before
        days = {calendar.on_or_before(self.starts_on - timedelta(days=count)): f"D-{count}" for count in before}
        return [
            self._line("ask", self.proposed_at),
            *(self._line(name, calendar.at(day, MORNING)) for day, name in days.items() if day >= earliest),
        ]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.SIGN, self.signature, self.reader, name, due_at)
