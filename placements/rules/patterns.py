"""Patterns in hours and answers that are worth a question (E32, E33). They prove nothing and accuse nobody.

Each note says what was seen, in numbers, and one question that a person may ask. Little data gives no note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import day as day_name
from core.templatetags.ui import hours

SAME_DAYS = 10
CLOSED_DAYS = 2
QUICK_WEEKS = 4
QUICK = timedelta(seconds=10)
SAME_ANSWERS = 5

type Closing = tuple[datetime, tuple]
"""When a supervisor gave closing feedback, and its answers."""


class Kind(models.TextChoices):
    SAME_MINUTES = "same_minutes", _("The same hours day after day")
    CLOSED = "closed", _("Work on days that are closed")
    QUICK = "quick", _("Several weeks answered within seconds")
    SAME_ANSWERS = "same_answers", _("The same answers for every student")


OF_SUPERVISOR = frozenset({Kind.QUICK, Kind.SAME_ANSWERS})
"""Notes about how somebody at the host answers: only for the teacher and the head."""

QUESTIONS = {
    Kind.SAME_MINUTES: _("Which of these days do you remember best, and when did you leave on it?"),
    Kind.CLOSED: _("Who was there on these days, and what was open?"),
    Kind.QUICK: _("What did the student do best in the last of these weeks?"),
    Kind.SAME_ANSWERS: _("What can this student do by now that another one could not?"),
}

SEEN = {
    Kind.SAME_MINUTES: _("%(count)s days in a row of %(minutes)s each, from %(first)s to %(last)s."),
    Kind.CLOSED: _("Work was logged on %(count)s closed days, from %(first)s to %(last)s."),
    Kind.QUICK: _("%(count)s weeks were answered within seconds of each other, on %(last)s."),
    Kind.SAME_ANSWERS: _("The same person gave the same closing answers for %(count)s students."),
}
SEEN_AS_PLANNED = _(
    "%(count)s days in a row of %(minutes)s each, from %(first)s to %(last)s. That is what was planned, too."
)


@dataclass(frozen=True)
class Day:
    """Logged work of one day; `planned` are the planned minutes, `closed` says that nobody should work then."""

    day: date
    minutes: int
    planned: int = 0
    closed: bool = False


@dataclass(frozen=True)
class Note:
    """What was seen: `count` times, from one day to another; `minutes` where they are all the same."""

    kind: Kind
    count: int
    first: date
    last: date
    minutes: int = 0
    as_planned: bool = False

    @property
    def question(self):
        return QUESTIONS[self.kind]

    @property
    def key(self) -> str:
        """The same while the run is the same, also when it grows."""
        return f"{self.kind}:{self.first.isoformat()}"

    @property
    def text(self) -> str:
        """What was seen, in one sentence of numbers."""
        words = {"count": self.count, "first": day_name(self.first), "last": day_name(self.last)}
        sentence = SEEN_AS_PLANNED if self.as_planned else SEEN[self.kind]
        return sentence % (words | {"minutes": hours(self.minutes)})

    @property
    def is_of_supervisor(self) -> bool:
        return self.kind in OF_SUPERVISOR


def notes(days: Sequence[Day], answered_at: Sequence[datetime], closings: Sequence[Closing]) -> list[Note]:
    """All notes on one placement: its days, the moments at which its weeks were answered, and all closing answers of
    its supervisor with their moments."""
    ordered = sorted(days, key=lambda one: one.day)
    return [*_same_minutes(ordered), *_closed(ordered), *_quick(sorted(answered_at)), *_same_answers(closings)]


def _same_minutes(days: Sequence[Day]) -> list[Note]:
    """Ten or more logged days in a row to the minute, the longest such run."""
    runs = [list(group) for _minutes, group in groupby(days, key=lambda one: one.minutes)]
    longest = max(runs, key=len, default=[])
    if len(longest) < SAME_DAYS:
        return []
    first, last = longest[0], longest[-1]
    as_planned = all(one.planned == one.minutes for one in longest)
    return [Note(Kind.SAME_MINUTES, len(longest), first.day, last.day, first.minutes, as_planned)]


def _closed(days: Sequence[Day]) -> list[Note]:
    found = [one.day for one in days if one.closed]
    return [Note(Kind.CLOSED, len(found), found[0], found[-1])] if len(found) >= CLOSED_DAYS else []


def _quick(moments: Sequence[datetime]) -> list[Note]:
    """A run of weeks of which each was answered within seconds of the one before."""
    runs: list[list[datetime]] = [[moment] for moment in moments[:1]]
    for before, moment in pairwise(moments):
        if moment - before <= QUICK:
            runs[-1].append(moment)
        else:
            runs.append([moment])
    longest = max(runs, key=len, default=[])
    if len(longest) < QUICK_WEEKS:
        return []
    return [Note(Kind.QUICK, len(longest), longest[0].date(), longest[-1].date())]


def _same_answers(closings: Sequence[Closing]) -> list[Note]:
    if len(closings) < SAME_ANSWERS or len({answers for _at, answers in closings}) > 1:
        return []
    moments = sorted(at for at, _answers in closings)
    return [Note(Kind.SAME_ANSWERS, len(closings), moments[0].date(), moments[-1].date())]
