"""The demo world from one November to the next: days at work are logged, letters go out, and people answer them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.roles import Role
from core.workflow import Actor
from placements.models import Placement, PlannedShift, WorkEntry
from placements.models.hours import Independence
from placements.queries.absences import told
from placements.queries.days import planned_between
from placements.rules.hours import monday
from placements.workflow import hours
from reminders import posting, sweeping
from reminders.models import Due, Outbox
from tests.demo.year.people import Readers, logs_days

ZONE = ZoneInfo("Europe/London")
AT_WORK = time(17)
SWEEPS = (time(7, 5), time(8, 5), time(19, 5))
ANSWER_AFTER = timedelta(minutes=30)


@dataclass
class Year:
    """What is played, and every letter that left, in the order in which they left."""

    first: date
    sent: list[Outbox] = field(default_factory=list)
    readers: Readers = field(default_factory=Readers)
    planned: dict[int, dict[date, list]] = field(default_factory=dict)
    arrived: set[int] = field(default_factory=set)
    written: set[date] = field(default_factory=set)

    def play(self, days: int) -> "Year":
        for step in range(days):
            self._day(self.first + timedelta(days=step))
        return self

    @property
    def now(self) -> datetime:
        """The moment up to which was played."""
        return max(letter.sent_at for letter in self.sent)

    def _day(self, day: date) -> None:
        for clock in SWEEPS:
            if clock > AT_WORK and day not in self.written:
                self._work(day)
            self._letters(datetime.combine(day, clock, ZONE).astimezone(UTC))

    def _letters(self, now: datetime) -> None:
        for _one in sweeping.sweep(now=now):
            pass
        while posting.send_next(now=now):
            pass
        for letter in Outbox.objects.filter(sent_at=now).exclude(pk__in=self.arrived).order_by("pk"):
            self.arrived.add(letter.pk)
            self.sent.append(letter)
            for row in (
                Due.objects.filter(outbox=letter, state=Due.State.IN_LETTER).select_related("person").order_by("pk")
            ):
                self.readers.read(row, at=now + ANSWER_AFTER)

    def _work(self, day: date) -> None:
        """Who signs in writes a day down in the afternoon, all others a whole week on its last day."""
        self.written.add(day)
        at = datetime.combine(day, AT_WORK, ZONE).astimezone(UTC)
        running = Placement.objects.filter(
            state=Placement.State.RUNNING, enrolment__isnull=False, learner__isnull=False
        )
        for placement in running.select_related("learner", "enrolment").order_by("pk"):
            if logs_days(placement.learner):
                for worked, shift in self._to_write(placement, day):
                    self._log(placement, shift, worked, at)

    def _to_write(self, placement: Placement, day: date) -> list[tuple[date, PlannedShift]]:
        week = {worked: rows for worked, rows in self._shifts(placement).items() if monday(worked) == monday(day)}
        if placement.learner.user_id:
            week = {worked: rows for worked, rows in week.items() if worked == day}
        is_last = day == max(week, default=None)
        return [(worked, shift) for worked, rows in week.items() for shift, _minutes in rows] if is_last else []

    def _shifts(self, placement: Placement) -> dict[date, list]:
        if placement.pk not in self.planned:
            self.planned[placement.pk] = planned_between(placement, placement.starts_on, placement.ends_on)
        return self.planned[placement.pk]

    def _log(self, placement: Placement, shift, day: date, at: datetime) -> None:
        if any(rows.filter(placement=placement, day=day).exists() for rows in (WorkEntry.objects, told(placement))):
            return
        hours.log_day(
            placement=placement,
            day=day,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            break_minutes=shift.break_minutes,
            tasks=[("What was on that day", Independence.CHECKED)],
            by=Actor("user", placement.learner.user_id, Role.STUDENT),
            at=at,
        )
