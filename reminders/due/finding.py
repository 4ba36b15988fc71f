"""When firms are asked for places in a period, and students for what they wish, before there is a placement."""

from dataclasses import dataclass
from datetime import date, datetime

from placements.rules.rounds import asking_days
from placements.rules.wishing import ONCE_MORE, READY_BEFORE
from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader


@dataclass(frozen=True, kw_only=True)
class ToOffer(Fact):
    """A firm of a round has neither offered places nor said no."""

    field = "offer.places"
    asked: int
    starts_on: date
    opened_at: datetime

    def lines(self, calendar: Calendar) -> list[Line]:
        """In the morning of a working day, but never before the round was opened."""
        days = asking_days(self.starts_on, calendar.day_of(self.opened_at))
        moments = {name: calendar.at(calendar.on_or_before(day), MORNING) for name, day in days.items()}
        return [
            self.line(Kind.CAPACITY, self.asked, Reader.HOST, name, max(moment, self.opened_at))
            for name, moment in moments.items()
        ]


@dataclass(frozen=True, kw_only=True)
class ToTell(Fact):
    """A student of a batch of whose wishes nothing is known."""

    field = "wish.told_at"
    row: int
    starts_on: date
    joined_at: datetime

    def lines(self, calendar: Calendar) -> list[Line]:
        """In the morning of working days before the batch starts; who joins on the first of these days or later is
        asked on the next one, and once more."""
        joined_on = calendar.day_of(self.joined_at)
        days = calendar.days_before(self.starts_on, READY_BEFORE)
        if joined_on >= min(days):
            asked_on = calendar.after(joined_on, 1)
            days = {asked_on: "ask", calendar.after(asked_on, ONCE_MORE): f"+{ONCE_MORE}"}
        return [
            self.line(Kind.READY, self.row, Reader.STUDENT, name, calendar.at(day, MORNING))
            for day, name in days.items()
            if day < self.starts_on
        ]
