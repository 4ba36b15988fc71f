"""A college of its own, whose host has no account: letters reach it by links."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from accounts.models import ClosedDay
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor
from placements.models import Contact, Placement, Signature, WorkEntry
from placements.models.hours import Independence
from placements.workflow import hours, propose, start, weeks
from reminders import posting, sweeping
from reminders.models import Due, Handled, Kind, MessageClass, Outbox, Unwanted
from schools.models import ProgrammeVersion
from tests.placements import college as colleges
from tests.placements.college import FIRST

CLOSED = date(2027, 1, 13)


def utc(month: int, day: int, hour: int = 8, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


UNPREPARED = dict.fromkeys(("plan_before", "unsigned_before", "prepare_before", "brief_before", "debrief_after"), ())


class Accompanied(colleges.College):
    """A school that has done all that stands around the work, so that nobody is asked for it.

    Letters about that have tests of their own, in a school without this (the fixture `office`).
    """

    def placement(self, **changes) -> Placement:
        found = super().placement(**changes)
        teacher = self.teacher.user.person
        for kind, on in (("induction", FIRST), ("review", FIRST), ("visit", FIRST + timedelta(weeks=5))):
            Contact.objects.create(
                school=self.school, employer=found.employer, placement=found, kind=kind, method="in_person", on=on,
                person=teacher, with_student=True, with_host=True, at=colleges.NOW,
            )  # fmt: skip
        return found


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


def sweep(now: datetime, *, nudges: bool = False, weeks: bool = False) -> list[tuple[str, str, str]]:
    """What a sweep decides: kind, round, and what became of it; with `nudges` also of reminders to log a day, with
    `weeks` of the weeks of a class."""
    left_out = {kind for kind, told in ((Kind.LOG, nudges), (Kind.CLASS_WEEK, weeks)) if not told}
    return [
        (str(one.row.kind), one.row.round, str(one.verdict.reason or one.verdict.decision))
        for one in sweeping.sweep(now=now)
        if one.row.kind not in left_out
    ]


def post(now: datetime) -> int:
    """Send everything that waits; how many letters were taken in hand."""
    count = 0
    while posting.send_next(now=now):
        count += 1
    return count


def _world(college: colleges.College) -> World:
    """The host has no account, the teacher wants no news, and nothing has happened."""
    college.host.person.user = None
    college.host.person.save()
    ClosedDay.objects.create(organisation=college.school, day=CLOSED)
    Unwanted.objects.create(person=college.teacher.user.person, message_class=MessageClass.NEWS, at=colleges.NOW)
    Placement.objects.exclude(school=college.school).update(state=Placement.State.CANCELLED)
    settle()
    assert not Due.objects.exists()
    assert not Outbox.objects.exists()
    return World(college)


@pytest.fixture
def world(db) -> World:
    """A placement is accompanied as it should be: letters are about signing, work and credit."""
    college = Accompanied(**vars(colleges.build()))
    ProgrammeVersion.objects.filter(cohorts__enrolments=college.enrolment).update(deadlines=UNPREPARED)
    return _world(college)


@pytest.fixture
def office(db) -> World:
    """The same school, in which nobody has prepared anything or visited anybody yet."""
    return _world(colleges.build())
