"""Which contacts are due for a placement, of whom, and since when: from the days of its plan and what was held.

D is the first planned day, E the last. Days before D are days of the calendar, days that count forward are working
days of the school (product 4.1 to 4.3).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import accumulate
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from placements.models import Contact, HourClaim, Placement
from placements.rules.hours import monday
from schools.deadlines import USUAL, Deadlines

Kind = Contact.Kind
Side = HourClaim.Side
State = Placement.State

FIRST_WEEK, SETTLED = 5, 10
"""The check is due on the fifth day at work; after the tenth nobody is asked for a beginning that is over."""
SHORT = 5
"""With at most so many days of work, no first-week check, review and visit are asked for (product 4.4, light)."""
REVIEW_FROM, REVIEW_UNTIL = 40, 60
"""Per cent of the planned hours."""
GAP_BLOCK, GAP_DAY_RELEASE = 20, 30
PLAN_VISIT = 5
RECORDABLE, DEBRIEFED = timedelta(days=30), timedelta(days=120)
"""A contact belongs to a placement from so long before its first day to so long after its last; a whole summer may lie
between the last day and the debrief."""

VISITS = (Kind.VISIT, Kind.OBSERVATION, Kind.REVIEW)
"""All that brings the school to the workplace; at a review all three meet."""
SUBSTITUTES = (Kind.OBSERVATION, Kind.ORAL, Kind.STATEMENT)
"""What may stand in for a host that does not answer (product 6, E10)."""


class Mood(models.IntegerChoices):
    """How it goes, in the words in which it is asked and told."""

    BAD = 1, _("Bad")
    POOR = 2, _("Not so good")
    FAIR = 3, _("All right")
    GOOD = 4, _("Good")
    VERY_GOOD = 5, _("Very good")


@dataclass(frozen=True)
class Shape:
    """What is written down of a kind of contact: its words, those that must not be empty, and with whom it is held.

    Without fixed `people` it is asked who was there. `says_something`: at least one of the words is needed.
    """

    words: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    people: tuple[HourClaim.Side, ...] = ()
    says_something: bool = False


_STUDENT, _HOST, _BOTH = (Side.STUDENT,), (Side.HOST,), (Side.STUDENT, Side.HOST)
SHAPES: Mapping[str, Shape] = {
    Kind.CONTACT: Shape(("seen", "learned", "agreed"), says_something=True),
    Kind.VISIT: Shape(("seen", "learned", "agreed"), says_something=True),
    Kind.FIRST_WEEK: Shape(("mood_student", "mood_host", "seen", "agreed")),
    Kind.REVIEW: Shape(("agreed", "seen", "learned"), ("agreed",), _BOTH),
    Kind.INDUCTION: Shape(("seen",)),
    Kind.BRIEFING: Shape(("agreed",), (), _HOST),
    Kind.PREPARATION: Shape(("agreed",), (), _STUDENT),
    Kind.DEBRIEF: Shape(("learned", "agreed"), (), _STUDENT),
    Kind.OBSERVATION: Shape(("seen", "learned", "agreed"), ("seen",), _STUDENT),
    Kind.ORAL: Shape(("seen",), ("seen",), _STUDENT),
    Kind.STATEMENT: Shape(("seen",), ("seen",), _HOST),
}
OWN_WORDS: Mapping[HourClaim.Side, frozenset[str]] = {
    Side.STUDENT: frozenset({"mood_student"}),
    Side.HOST: frozenset({"agreed", "mood_host"}),
    Side.SCHOOL: frozenset({"seen", "learned", "agreed", "mood_student", "mood_host"}),
}
"""What each side says: nobody answers how the other one feels but the school that has asked them."""


@dataclass(frozen=True)
class Held:
    """A contact that was held, as far as it matters for what is due."""

    kind: str
    on: date
    with_student: bool = False
    with_host: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a placement. Minutes by day: `planned` without lost days, `worked` as they were logged.

    `guides` are the people who guide at the host, `unbriefed` those of them who have not read the briefing lately;
    `closed` are the days on which the school does not work, `deadlines` those of the programme. On the first planned
    day work `begins_at` a local time.
    `stilled`: paused or over for a personal reason, so that nobody is asked for anything.
    """

    state: str
    starts_on: date
    ends_on: date
    purpose: str = Placement.Purpose.STUDENT
    stilled: bool = False
    planned: Mapping[date, int] = field(default_factory=dict)
    worked: Mapping[date, int] = field(default_factory=dict)
    absent: frozenset[date] = frozenset()
    held: Sequence[Held] = ()
    guides: frozenset[int] = frozenset()
    unbriefed: frozenset[int] = frozenset()
    closed: frozenset[date] = frozenset()
    deadlines: Deadlines = USUAL
    begins_at: time | None = None

    @property
    def first_day(self) -> date:
        return min(self.planned, default=self.starts_on)

    @property
    def is_block(self) -> bool:
        """More than one day of work in a week, on the average."""
        return len(self.planned) > len({monday(day) for day in self.planned})

    @property
    def is_short(self) -> bool:
        return len(self.planned) <= SHORT

    def has(self, kinds: Collection[str], side: str = "") -> bool:
        return any(one.kind in kinds and _concerns(one, side) for one in self.held)

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed


def _concerns(held: Held, side: str) -> bool:
    return {Side.STUDENT: held.with_student, Side.HOST: held.with_host}.get(side, True)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Due:
    """One contact that somebody should hold: which side, since when it is asked for, and by when.

    `people` are the persons at the host who are meant where it is not all of them.
    """

    kind: Contact.Kind
    side: HourClaim.Side
    since: date
    by: date
    people: frozenset[int] = frozenset()

    @property
    def why(self) -> Any:
        return WHY[self.kind]

    def is_late(self, today: date) -> bool:
        return today > self.by


WHY = {
    Kind.PREPARATION: _("Goals, safety, rights, how to log and whom to call: before the first day."),
    Kind.BRIEFING: _("The supervisor should know what to do before the student comes."),
    Kind.INDUCTION: _("Fire exit, first aid, dangers and whom to call: on the first day, before any work."),
    Kind.FIRST_WEEK: _("Most placements that break show it in the first five days of work."),
    Kind.REVIEW: _("Student, host and school look at it together when half of the hours are done."),
    Kind.VISIT: _("Nobody of the school has been at the workplace for a while."),
    Kind.DEBRIEF: _("What was learned at work comes back into the lessons."),
}


def recordable(kind: str, starts_on: date, ends_on: date) -> tuple[date, date]:
    """The first and the last day on which such a contact can have been held for a placement of these dates."""
    return starts_on - RECORDABLE, ends_on + (DEBRIEFED if kind == Kind.DEBRIEF else RECORDABLE)


def due(facts: Facts, today: date) -> list[Due]:
    """Everything that is asked for today, what has to be done first at the top."""
    return [one for one in coming(facts, today) if one.since <= today]


def coming(facts: Facts, today: date) -> list[Due]:
    """As `due`, with what will be asked for later if every day takes place as it is planned."""
    rules = () if facts.stilled else RULES_OF.get(facts.purpose, ())
    found = [one for rule in rules for one in rule(facts, today)]
    return sorted(found, key=lambda one: (one.by, list(Kind).index(one.kind), one.side))


def due_for(facts: Facts, side: HourClaim.Side, today: date) -> list[Due]:
    """As `due`, for one side."""
    return [one for one in due(facts, today) if one.side == side]


def _preparation(facts: Facts, today: date) -> Iterable[Due]:
    before = facts.deadlines.prepare_before
    if before and facts.state == State.PLANNED and not facts.has([Kind.PREPARATION]):
        asked, last = (facts.first_day - timedelta(days=days) for days in _from_and_by(before))
        yield Due(Kind.PREPARATION, Side.SCHOOL, asked, last)


def _briefing(facts: Facts, today: date) -> Iterable[Due]:
    before, beginning = facts.deadlines.brief_before, len(_days_at_work(facts, today)) <= SETTLED
    if before and facts.state in Placement.LIVE and facts.unbriefed and beginning:
        asked, last = (facts.first_day - timedelta(days=days) for days in _from_and_by(before))
        yield Due(Kind.BRIEFING, Side.HOST, asked, last, facts.unbriefed)


def _induction(facts: Facts, today: date) -> Iterable[Due]:
    if facts.state in Placement.BEGUN:
        for side in _two_sides(facts):
            if not facts.has([Kind.INDUCTION], side):
                yield Due(Kind.INDUCTION, side, facts.first_day, facts.first_day)


def _first_week(facts: Facts, today: date) -> Iterable[Due]:
    """Student and host are asked near the end of the fifth day at work; on that day the school asks who is missing."""
    if facts.state != State.RUNNING or facts.is_short or facts.has([Kind.REVIEW]):
        return
    days = _days_at_work(facts, max(facts.planned))
    if len(days) < FIRST_WEEK - 1 or len(_days_at_work(facts, today)) > SETTLED:
        return
    last = days[:FIRST_WEEK][-1]
    missing = [side for side in _two_sides(facts) if not facts.has([Kind.FIRST_WEEK], side)]
    yield from (Due(Kind.FIRST_WEEK, side, days[FIRST_WEEK - 2], last) for side in missing)
    if missing:
        yield Due(Kind.FIRST_WEEK, Side.SCHOOL, last, last)


def _review(facts: Facts, today: date) -> Iterable[Due]:
    if facts.state != State.RUNNING or facts.is_short or not facts.guides or facts.has([Kind.REVIEW]):
        return
    coming = {day: minutes for day, minutes in facts.planned.items() if day > today}
    reached = _reached({**facts.worked, **coming}, sum(facts.planned.values()))
    since, until = reached(REVIEW_FROM), reached(REVIEW_UNTIL)
    if since:
        yield Due(Kind.REVIEW, Side.SCHOOL, since, until or max(facts.planned))


def _visit(facts: Facts, today: date) -> Iterable[Due]:
    """At least one; and never too many working days between two, or between the first day and the first of them."""
    if facts.state != State.RUNNING or facts.is_short or not facts.guides:
        return
    visits = [one.on for one in facts.held if one.kind in VISITS and one.on >= facts.first_day]
    gap = GAP_BLOCK if facts.is_block else GAP_DAY_RELEASE
    last = max(facts.planned)
    by = _after(facts, max([*visits, facts.first_day]), gap)
    if by > last and visits:
        return
    by = min(by, last)
    yield Due(Kind.VISIT, Side.SCHOOL, _before(facts, by, PLAN_VISIT), by)


def _debrief(facts: Facts, today: date) -> Iterable[Due]:
    """Of an early end only where somebody had worked."""
    after = facts.deadlines.debrief_after
    has_worked = facts.state == State.ENDED or (facts.state == State.BROKEN and facts.worked)
    if after and has_worked and today <= facts.ends_on + DEBRIEFED and not facts.has([Kind.DEBRIEF]):
        asked, last = (_after(facts, facts.ends_on, days) for days in _from_and_by(after))
        yield Due(Kind.DEBRIEF, Side.SCHOOL, asked, last)


RULES_OF: Mapping[str, tuple[Callable[[Facts, date], Iterable[Due]], ...]] = {
    Placement.Purpose.STUDENT: (_preparation, _briefing, _induction, _first_week, _review, _visit, _debrief),
    Placement.Purpose.TEACHER: (_induction,),
}
"""A job and earlier work are not accompanied; a teacher at work only has to be shown what is dangerous."""


def _from_and_by(days: Sequence[int]) -> tuple[int, int]:
    """Asked from the first of the days and due by the second; a third one is only a reminder."""
    return days[0], days[:2][-1]


def _two_sides(facts: Facts) -> list[HourClaim.Side]:
    """In a school workshop without a supervisor nobody answers for a host."""
    return [Side.STUDENT, Side.HOST] if facts.guides else [Side.STUDENT]


def _days_at_work(facts: Facts, today: date) -> list[date]:
    """Days that were logged, and planned days up to today of which nobody said that the student was absent."""
    expected = {day for day in facts.planned if day <= today} - facts.absent
    return sorted(expected | {day for day, minutes in facts.worked.items() if minutes})


def _reached(minutes: Mapping[date, int], whole: int) -> Callable[[int], date | None]:
    """The day on which a share of the whole, in per cent, is reached; nothing when it is not."""
    days = sorted(minutes)
    sums = list(zip(days, accumulate(minutes[day] for day in days), strict=True))
    return lambda share: next((day for day, sum in sums if sum * 100 >= whole * share), None)


def _after(facts: Facts, day: date, count: int) -> date:
    """The working day of the school that is `count` working days later."""
    while count:
        day += timedelta(days=1)
        count -= facts.is_working(day)
    return day


def _before(facts: Facts, day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= facts.is_working(day)
    return day
