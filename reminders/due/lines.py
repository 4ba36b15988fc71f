"""What a fact makes due, line by line, and what becomes of a line: pure."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from reminders.due.calendar import Calendar
from reminders.models import Kind, Reader, Reason
from schools.deadlines import USUAL, Deadlines

LATE = timedelta(days=3)
AGAIN = "again"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One round of one thing: a row of `Due` before it is stored; `field` names the fact that is asked for."""

    kind: Kind
    subject: int
    person: int
    school: int
    reader: Reader
    round: str
    due_at: datetime
    about: int | None = None
    series: str = ""
    field: str = ""

    @property
    def series_key(self) -> tuple:
        return self.kind, self.subject, self.person, self.series

    @property
    def key(self) -> tuple:
        return *self.series_key, self.round


@dataclass(frozen=True, kw_only=True)
class Fact(ABC):
    """Something that is open now, and the person who can close it; `placement` is 0 where there is none.

    `field` is what closes it, as noun and field of the model ("signature.signed_at"). The hours of what happens
    `at_work` are those of the workplace, all others those of the school.
    """

    field: ClassVar[str]
    at_work: ClassVar[bool] = False
    person: int
    school: int
    placement: int
    deadlines: Deadlines = USUAL

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
            field=self.field,
        )


@dataclass(frozen=True)
class Verdict:
    """What becomes of a line now: `send`, `skip` with a reason, or `wait` until `due_at`."""

    decision: str
    reason: str = ""
    due_at: datetime | None = None


def judge(line: Line, series: Iterable[Line], *, first: datetime, now: datetime) -> Verdict:
    """Decide on one line by time alone; `series` are all lines of its series that the facts give now.

    `first` is the first moment at which it could be sent: what its reader's nights and free days take is not late.
    """
    if line.due_at > now:
        return Verdict("wait", due_at=line.due_at)
    if now - first > LATE:
        return Verdict("skip", Reason.TOO_LATE)
    if any(line.due_at < other.due_at <= now for other in series):
        return Verdict("skip", Reason.NEWER)
    return Verdict("send")
