"""What keeps letters few: the hours and wishes of their readers, and how many letters a host gets. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from employers.rules import Wishes, next_asking
from reminders.due.lines import AGAIN, Line, Verdict, judge
from reminders.due.reach import Reach
from reminders.kinds import APART, ASKS_NEW, CLASS_OF
from reminders.models import Kind, MessageClass, Reason

ABOUT_PLACEMENT = 30
"""Letters to the host about one placement: nine weeks with two reminders of each, and the signatures."""
BESIDE_WEEKS = 12
"""Letters beside one for each week, so that a host that always answers at once is heard to the end of a long year."""
A_YEAR = 60
"""Letters to a host in a calendar year for each person who guides there: one a week and the ones around them. A firm
with 20 such people gets 1,200, and none of them more than one a day."""


NO_WISHES = Wishes()


@dataclass
class Tally:
    """Letters that a host `had` against the `most` it should get; `coming` are the ones of today's batch."""

    had: int
    most: int
    coming: set[Hashable] = field(default_factory=set)

    def has_room(self, letter: Hashable) -> bool:
        return letter in self.coming or self.had + len(self.coming) < self.most


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the reader of a row has set: hours and days, the classes that it does without, the wishes of its firm; and
    what a host has had, about the placement and in this year."""

    reach: Reach
    unwanted: frozenset[MessageClass] = frozenset()
    wishes: Wishes = NO_WISHES
    about: Tally | None = None
    year: Tally | None = None


def decide(line: Line | None, series: Iterable[Line], limits: Limits, *, closed: Reason, now: datetime) -> Verdict:
    """What becomes of a line now, before letters are counted; `closed` is why no fact asks for it any more."""
    if line is None:
        return Verdict("skip", closed)
    series = list(series)
    first = first_moment(line.kind, line.due_at, limits)
    verdict = judge(line, series, first=first or line.due_at, now=now)
    if verdict.decision != "send":
        return verdict
    if is_unwanted(line, series, limits.unwanted):
        return Verdict("skip", Reason.NOT_WANTED)
    moment = first_moment(line.kind, now, limits)
    if moment is None:
        return Verdict("skip", Reason.NO_CONTACT)
    if moment > now:
        is_asked = line.kind not in ASKS_NEW or _may_ask(now, limits)
        return Verdict("wait", Reason.QUIET if is_asked else Reason.NO_CONTACT, moment)
    return verdict


def first_moment(kind: Kind, moment: datetime, limits: Limits) -> datetime | None:
    """The first moment from this one on at which the reader may get such a letter; None where it never may."""
    if kind in APART:
        return moment
    if kind not in ASKS_NEW:
        return limits.reach.next_moment(moment)
    while (found := limits.reach.next_moment(moment)) and not _may_ask(found, limits):
        day = _asking_day(found, limits)
        if day is None:
            return None
        moment = datetime.combine(day, time(), tzinfo=limits.reach.zone)
    return found


def _may_ask(moment: datetime, limits: Limits) -> bool:
    return _asking_day(moment, limits) == limits.reach.day_of(moment)


def _asking_day(moment: datetime, limits: Limits) -> date | None:
    """From when on a host may be asked for something new: not in its quiet months or its pause, never after goodbye."""
    return None if limits.wishes.left_on else next_asking(limits.wishes, limits.reach.day_of(moment))


def is_unwanted(line: Line, series: Iterable[Line], unwanted: frozenset[MessageClass]) -> bool:
    """Whether the reader does without this class, or without reminders of what it was asked for before."""
    message_class = CLASS_OF[line.kind]
    if message_class is None:
        return False
    return message_class in unwanted or (MessageClass.REMINDERS in unwanted and is_reminder(line, series))


def is_reminder(line: Line, series: Iterable[Line]) -> bool:
    return line.round.startswith(AGAIN) or any(other.due_at < line.due_at for other in series)


def next_day(reach: Reach, now: datetime) -> datetime:
    """The first moment after today at which the reader may be written to."""
    tomorrow = reach.day_of(now) + timedelta(days=1)
    return reach.next_moment(datetime.combine(tomorrow, time(), tzinfo=reach.zone))


def most_about(weeks: int) -> int:
    """How many letters a host gets about a placement of so many weeks."""
    return max(ABOUT_PLACEMENT, weeks + BESIDE_WEEKS)


def most_a_year(guides: int) -> int:
    """How many letters a host gets in a calendar year, by the number of people who guide there."""
    return A_YEAR * max(guides, 1)


def over_cap(letter: Hashable, limits: Limits) -> Reason | None:
    """Which cap keeps a row out of a letter; where none does, the letter is counted."""
    if limits.about and not limits.about.has_room(letter):
        return Reason.CAP_PLACEMENT
    if limits.year and not limits.year.has_room(letter):
        return Reason.CAP_HOST
    for tally in filter(None, (limits.about, limits.year)):
        tally.coming.add(letter)
    return None
