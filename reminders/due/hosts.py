"""When a host is asked: for a place, for hours, for the closing feedback; and a colleague, where nobody answers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from placements.models import PlanVersion
from placements.rules.hours import week_of
from placements.rules.rhythm import FOUR_DAYS, LONGEST_WAIT
from reminders.due.calendar import MORNING, Calendar
from reminders.due.lines import Fact, Line
from reminders.models import Kind, Reader

EVENING = time(17)


@dataclass(frozen=True, kw_only=True)
class ToTake(Fact):
    """A host has not said whether it takes a student; its answer is due on the day `answer_by`."""

    field = "request.answered_at"
    at_work = True
    request: int
    asked_at: datetime
    answer_by: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, and in the morning some working days after."""
        asked_on = calendar.day_of(self.asked_at)
        later = [(days, calendar.after(asked_on, days)) for days in self.deadlines.request_after]
        return [
            self._line("ask", self.asked_at),
            *(self._line(f"+{days}", calendar.at(day, MORNING)) for days, day in later if day <= self.answer_by),
        ]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.REQUEST, self.request, Reader.HOST, name, due_at)


@dataclass(frozen=True, kw_only=True)
class ToConfirm(Fact):
    """A week (its Monday) has entries that this person of the host has not answered.

    `last_day` is the last day of work before the host is asked, `logged_at` when the last open entry came in, or when
    somebody took the student over; `stopped_at` when it became known that the host stops. `colleague` works at the
    same site.
    """

    field = "week_confirmation.answered_at"
    at_work = True
    week: date
    last_day: date
    logged_at: datetime
    stopped_at: datetime | None = None
    colleague: int | None = None

    def lines(self, calendar: Calendar) -> list[Line]:
        evening = calendar.at(self.last_day, EVENING)
        asked_at = max(min(evening, self.stopped_at or evening), self.logged_at)
        asked_on = calendar.day_of(asked_at)
        found = [self._line("ask", asked_at)]
        for days in self.deadlines.confirm_after:
            found.append(self._line(f"+{days}", calendar.at(calendar.after(asked_on, days), MORNING)))
        return [*found, *_colleague(self, self.colleague, asked_on, calendar, self.week.isoformat())]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.CONFIRM, self.placement, Reader.HOST, name, due_at, self.week.isoformat())


@dataclass(frozen=True, kw_only=True)
class ToGiveFeedback(Fact):
    """The closing feedback is missing. `colleague` works at the same site."""

    field = "feedback.given_at"
    at_work = True
    ends_on: date
    colleague: int | None = None

    def lines(self, calendar: Calendar) -> list[Line]:
        """On the last day in the evening (0), and in the morning some working days after."""
        found = [
            self.line(
                Kind.FEEDBACK,
                self.placement,
                Reader.HOST,
                f"E+{days}",
                calendar.at(calendar.after(self.ends_on, days), MORNING if days else EVENING),
            )
            for days in self.deadlines.feedback_after
        ]
        return [*found, *_colleague(self, self.colleague, self.ends_on, calendar, "")]


def _colleague(fact: Fact, colleague: int | None, asked_on: date, calendar: Calendar, series: str) -> list[Line]:
    """Once to somebody else at the workplace, when the person who guides has answered none of the letters (E10)."""
    if colleague is None:
        return []
    days = fact.deadlines.colleague_after
    due_at = calendar.at(calendar.after(asked_on, days), MORNING)
    return [fact.line(Kind.COLLEAGUE, fact.placement, Reader.HOST, f"+{days}", due_at, series, person=colleague)]


def last_day(planned: Collection[date], logged: Collection[date], calendar: Calendar) -> date:
    """The last day of work of a week or month: planned and not closed, or logged (`logged` is never empty)."""
    return max([day for day in planned if day not in calendar.closed] + list(logged))


def period(day: date, rhythm: str) -> tuple[date, date]:
    """First and last day of the week of a day, or of its month: what the host is asked for at once."""
    if rhythm != PlanVersion.Rhythm.MONTHLY:
        return week_of(day)
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day.replace(day=1), following - timedelta(days=1)


def asked_on(week: date, waiting: Collection[date], ends_on: date) -> date:
    """The day on which a week (its Monday) is asked for, where the host is asked every four days of work.

    The days that `waiting` names count in fours, and a week is asked for with the four to which its first day belongs.
    What does not come to four waits for four weeks, or until the end.
    """
    days = sorted(set(waiting))
    place = next(number for number, day in enumerate(days) if day >= week)
    four = days[place - place % FOUR_DAYS :][:FOUR_DAYS]
    last = four[-1] if len(four) == FOUR_DAYS else four[0] + LONGEST_WAIT
    return max(min(last, ends_on), days[place])
