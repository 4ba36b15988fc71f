"""What is due, for whom and when: pure. Facts of the moment give lines; a line that no fact gives any more is done.

Days that count forward are working days of the school's calendar; days before a start are days of the calendar, and
fall back to the last working day. All moments are in UTC.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from placements.models import PlanVersion
from placements.rules.hours import week_of
from placements.rules.rhythm import FOUR_DAYS, LONGEST_WAIT
from reminders.models import Kind, Reader, Reason

LATE = timedelta(days=3)
MORNING = time(8)
EVENING = time(17)
NIGHT = time(19)
BEFORE_START = (8, 5, 3)
AFTER_ASKING = (2, 4)
COLLEAGUE_AFTER = 6
NUDGES = 3
AFTER_END = (0, 2, 4)
DECIDE_AFTER = 6
DECIDE_AGAIN = 3
BEFORE_ANSWER = timedelta(days=3)
AGAIN = "again"


@dataclass(frozen=True)
class Calendar:
    """The working days of a school, in its time zone."""

    zone: ZoneInfo
    closed: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days later; with 0, the day itself."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def on_or_before(self, day: date) -> date:
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def next_morning(self, now: datetime) -> datetime:
        return self.at(self.day_of(now) + timedelta(days=1), MORNING)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One round of one thing: a row of `Due` before it is stored."""

    kind: Kind
    subject: int
    person: int
    school: int
    reader: Reader
    round: str
    due_at: datetime
    about: int | None = None
    series: str = ""

    @property
    def series_key(self) -> tuple:
        return self.kind, self.subject, self.person, self.series

    @property
    def key(self) -> tuple:
        return *self.series_key, self.round


@dataclass(frozen=True, kw_only=True)
class Fact(ABC):
    """Something that is open now, and the person who can close it; `placement` is 0 where there is none."""

    person: int
    school: int
    placement: int

    @abstractmethod
    def lines(self, calendar: Calendar) -> list[Line]:
        """All rounds, past and future, in their order."""

    def line(
        self, kind: Kind, subject: int, reader: Reader, name: str, due_at: datetime, series: str = "", person: int = 0
    ) -> Line:
        return Line(
            kind=kind,
            subject=subject,
            person=person or self.person,
            school=self.school,
            reader=reader,
            round=name,
            due_at=due_at,
            about=self.placement or None,
            series=series,
        )


@dataclass(frozen=True, kw_only=True)
class ToTake(Fact):
    """A host has not said whether it takes a student; its answer is due on the day `answer_by`."""

    request: int
    asked_at: datetime
    answer_by: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, and in the morning 2 and 4 working days after."""
        asked_on = calendar.day_of(self.asked_at)
        later = [(days, calendar.after(asked_on, days)) for days in AFTER_ASKING]
        return [
            self._line("ask", self.asked_at),
            *(self._line(f"+{days}", calendar.at(day, MORNING)) for days, day in later if day <= self.answer_by),
        ]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.REQUEST, self.request, Reader.HOST, name, due_at)


@dataclass(frozen=True, kw_only=True)
class ToSign(Fact):
    """A party has not signed an agreement that was proposed."""

    signature: int
    reader: Reader
    proposed_at: datetime
    starts_on: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, then 8, 5 and 3 days before the start, but not within two days after the first letter."""
        earliest = calendar.day_of(self.proposed_at) + timedelta(days=2)
        days = {calendar.on_or_before(self.starts_on - timedelta(days=days)): f"D-{days}" for days in BEFORE_START}
        return [
            self._line("ask", self.proposed_at),
            *(self._line(name, calendar.at(day, MORNING)) for day, name in days.items() if day >= earliest),
        ]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.SIGN, self.signature, self.reader, name, due_at)


@dataclass(frozen=True, kw_only=True)
class ToConfirm(Fact):
    """A week (its Monday) has entries that this person of the host has not answered.

    `last_day` is the last day of work before the host is asked, `logged_at` when the last open entry came in, or when
    somebody took the student over; `stopped_at` when it became known that the host stops. `colleague` works at the
    same site.
    """

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
        for days in AFTER_ASKING:
            found.append(self._line(f"+{days}", calendar.at(calendar.after(asked_on, days), MORNING)))
        return [*found, *_colleague(self, self.colleague, asked_on, calendar, self.week.isoformat())]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.CONFIRM, self.placement, Reader.HOST, name, due_at, self.week.isoformat())


@dataclass(frozen=True, kw_only=True)
class ToGiveFeedback(Fact):
    """The closing feedback is missing. `colleague` works at the same site."""

    ends_on: date
    colleague: int | None = None

    def lines(self, calendar: Calendar) -> list[Line]:
        """On the last day in the evening, then in the morning 2 and 4 working days after."""
        found = [
            self.line(
                Kind.FEEDBACK,
                self.placement,
                Reader.HOST,
                f"E+{days}",
                calendar.at(calendar.after(self.ends_on, days), MORNING if days else EVENING),
            )
            for days in AFTER_END
        ]
        return [*found, *_colleague(self, self.colleague, self.ends_on, calendar, "")]


def _colleague(fact: Fact, colleague: int | None, asked_on: date, calendar: Calendar, series: str) -> list[Line]:
    """Once to somebody else at the workplace, when the person who guides has answered none of the letters (E10)."""
    if colleague is None:
        return []
    due_at = calendar.at(calendar.after(asked_on, COLLEAGUE_AFTER), MORNING)
    name = f"+{COLLEAGUE_AFTER}"
    return [fact.line(Kind.COLLEAGUE, fact.placement, Reader.HOST, name, due_at, series, person=colleague)]


@dataclass(frozen=True, kw_only=True)
class ToLog(Fact):
    """Planned days of work, the first after the last one of which the learner has said anything at the head."""

    days: Sequence[date]

    def lines(self, calendar: Calendar) -> list[Line]:
        """One letter on the evening of a day; after three without an answer a person takes over (E31)."""
        return [
            self.line(
                Kind.LOG, self.placement, Reader.STUDENT, "evening", calendar.at(day, NIGHT), series=day.isoformat()
            )
            for day in self.days[:NUDGES]
        ]


@dataclass(frozen=True, kw_only=True)
class ToAssess(Fact):
    """A placement is over and there is enough to decide on since `ready_at`, or anew since `taken_back_at`."""

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

    correction: int
    asked_at: datetime
    answer_by: date

    def lines(self, calendar: Calendar) -> list[Line]:
        """At once, and 3 days before the answer is due."""
        last = calendar.at(calendar.on_or_before(self.answer_by - BEFORE_ANSWER), MORNING)
        return [self._line("ask", self.asked_at), self._line("A-3", last)]

    def _line(self, name: str, due_at: datetime) -> Line:
        return self.line(Kind.LOOK_AGAIN, self.correction, Reader.TEACHER, name, due_at)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a line now: `send`, `skip` with a reason, or `wait` until `due_at`."""

    decision: str
    reason: str = ""
    due_at: datetime | None = None


def judge(line: Line | None, series: Iterable[Line], *, now: datetime) -> Verdict:
    """Decide on one line; `series` are all lines of its series that the facts give now."""
    if line is None:
        return Verdict("skip", Reason.DONE)
    if line.due_at > now:
        return Verdict("wait", due_at=line.due_at)
    if now - line.due_at > LATE:
        return Verdict("skip", Reason.TOO_LATE)
    if any(line.due_at < other.due_at <= now for other in series):
        return Verdict("skip", Reason.NEWER)
    return Verdict("send")


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
