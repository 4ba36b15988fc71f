"""A teacher is told on Monday that a week of the class can be read: once, without names, and only if it was worked."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.models import Membership
from placements.models import WorkEntry
from placements.workflow.hours import take_back
from reminders.due.calendar import Calendar
from reminders.due.classes import ToRead
from reminders.models import Due, Kind, Unwanted
from tests.placements.college import by_party
from tests.reminders.conftest import World, post, sweep, utc

MONDAY = date(2027, 1, 4)


def in_2027(month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    return utc(month, day, hour, minute, year=2027)


def told(now: datetime) -> list[tuple[str, str]]:
    return [(name, decision) for letter, name, decision in sweep(now, weeks=True) if letter == Kind.CLASS_WEEK]


@pytest.fixture
def worked(world) -> World:
    """A student at work logs three days of the first week; the teacher gets all letters."""
    Unwanted.objects.all().delete()
    placement = world.running()
    for day in (4, 5, 6):
        world.log(placement, date(2027, 1, day))
    return world


@pytest.mark.parametrize(
    ("closed", "due_at"), [((), in_2027(1, 11)), ((date(2027, 1, 11), date(2027, 1, 12)), in_2027(1, 13))]
)
def test_a_week_is_told_in_the_first_morning_of_the_next_one_on_which_there_is_school(closed, due_at):
    fact = ToRead(person=1, school=2, placement=0, monday=MONDAY)
    (line,) = fact.lines(Calendar(ZoneInfo("Europe/London"), frozenset(closed)))
    assert (line.kind, line.subject, line.reader, line.series) == (Kind.CLASS_WEEK, 1, "teacher", "2027-01-04")
    assert line.due_at == due_at


def test_a_week_that_was_worked_makes_one_letter_without_names(worked):
    assert told(in_2027(1, 10)) == []
    assert Due.objects.filter(kind=Kind.CLASS_WEEK).count() == 1
    assert told(in_2027(1, 11)) == [("week", "send")]
    post(in_2027(1, 11))
    (letter,) = [one for one in mail.outbox if one.to == ["tom.hale@college.test"]]
    assert letter.subject == "See what your students did at work last week"
    assert "1 student of yours wrote down 21 h at work from Mon 4 Jan to Sun 10 Jan." in letter.body
    assert "/class/week/?week=2027-01-04" in letter.body
    assert "Nia" not in letter.body
    assert told(in_2027(1, 18)) == []


def test_a_week_of_which_all_was_taken_back_is_not_told(worked):
    told(in_2027(1, 10))
    for entry in WorkEntry.objects.filter(placement__school=worked.college.school):
        take_back(entry=entry, by=by_party("student"), at=in_2027(1, 10))
    assert told(in_2027(1, 11)) == [("week", "done")]


def test_who_does_not_want_it_or_has_left_the_school_gets_none(worked):
    teacher = worked.college.teacher
    Unwanted.objects.create(person=teacher.user.person, message_class="news", at=in_2027(1, 8))
    assert told(in_2027(1, 11)) == [("week", "not_wanted")]
    Unwanted.objects.all().delete()
    Membership.objects.filter(pk=teacher.pk).update(ends_on=date(2027, 1, 12))
    worked.log(worked.college.enrolment.placements.get(), date(2027, 1, 11))
    assert told(in_2027(1, 18)) == [("week", "done")]
