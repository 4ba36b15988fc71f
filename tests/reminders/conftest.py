"""A college of its own, whose host has no account: letters reach it by links."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest

from accounts.models import ClosedDay
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor
from placements.models import Placement, Signature, WorkEntry
from placements.models.hours import Independence
from placements.workflow import hours, propose, start, weeks
from reminders import posting, sweeping
from reminders.models import Due, Handled, Kind, Outbox
from tests.placements import college as colleges

CLOSED = date(2027, 1, 13)


def utc(month: int, day: int, hour: int = 8, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@dataclass
class World:
    college: colleges.College

    def proposed(self, at: datetime = colleges.NOW) -> dict[str, Signature]:
        plan = self.college.plan(self.college.placement())
        places = propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=self.college.office, at=at)
        return {place.party: place for place in places}

    def running(self) -> Placement:
        """A placement at work since Monday 4 January, all letters about its agreement settled."""
        placement = self.college.agreed()
        start(placement=placement, by=Actor.system(), at=utc(1, 4, 6, year=2027))
        placement.refresh_from_db()
        settle()
        return placement

    def log(self, placement: Placement, day: date, ends_at: time = time(15, 30)) -> WorkEntry:
        return hours.log_day(
            placement=placement,
            day=day,
            starts_at=time(8),
            ends_at=ends_at,
            break_minutes=30,
            tasks=[("Brake pads", Independence.CHECKED)],
            by=Actor("user", 1, Role.STUDENT),
            at=datetime(day.year, day.month, day.day, 16, tzinfo=UTC),
        )

    def confirm(self, placement: Placement, monday: date, at: datetime, changes: dict | None = None) -> None:
        weeks.confirm_week(
            placement=placement,
            week_starts_on=monday,
            person=self.college.host.person,
            changes=changes,
            by=Actor("link", 1, Role.SUPERVISOR),
            at=at,
        )


def settle() -> None:
    """Nothing that has happened so far makes a letter."""
    Handled.objects.bulk_create(
        (Handled(transition_id=pk, at=colleges.NOW) for pk in Transition.objects.values_list("pk", flat=True)),
        ignore_conflicts=True,
    )


BESIDE = (Kind.LOG, Kind.CONTACT, Kind.ARRIVAL, Kind.UNSIGNED, Kind.PLAN)
"""What goes on beside most tests, in tests of its own: days to log, contacts to hold, starts to prepare."""


def sweep(now: datetime, *, nudges: bool = False) -> list[tuple[str, str, str]]:
    """What a sweep decides: kind, round, and what became of it; with `nudges` also of what stands in `BESIDE`."""
    return [
        (str(one.row.kind), one.row.round, str(one.verdict.reason or one.verdict.decision))
        for one in sweeping.sweep(now=now)
        if nudges or one.row.kind not in BESIDE
    ]


def post(now: datetime) -> int:
    """Send everything that waits; how many letters were taken in hand."""
    count = 0
    while posting.send_next(now=now):
        count += 1
    return count


@pytest.fixture
def world(db) -> World:
    college = colleges.build()
    college.host.person.user = None
    college.host.person.save()
    ClosedDay.objects.create(organisation=college.school, day=CLOSED)
    Placement.objects.exclude(school=college.school).update(state=Placement.State.CANCELLED)
    settle()
    assert not Due.objects.exists()
    assert not Outbox.objects.exists()
    return World(college)
