"""When the school, a host and a student are asked for what stands around the work: to the minute."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from placements.models import Contact
from reminders.due.calendar import Calendar
from reminders.due.contacts import ToBeShown, ToBrief, ToHold, ToSay
from reminders.due.lines import Fact
from reminders.due.renewing import ToRenew
from reminders.due.starting import ToArrive, ToCall, ToPlan
from reminders.models import Kind, Reader
from schools.deadlines import USUAL

LONDON = Calendar(ZoneInfo("Europe/London"), frozenset({date(2027, 1, 13)}))
PARIS = LONDON.in_zone(ZoneInfo("Europe/Paris"))
WHO = {"person": 1, "school": 2, "placement": 3}


def utc(month: int, day: int, hour: int = 8, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def rounds(fact: Fact, calendar: Calendar = LONDON) -> list[tuple[str, datetime]]:
    return [(line.round, line.due_at) for line in fact.lines(calendar)]


def to_hold(since: date, by: date, contact: Contact.Kind = Contact.Kind.REVIEW) -> ToHold:
    return ToHold(**WHO, contact=contact, reader=Reader.TEACHER, since=since, by=by)


def test_the_school_is_asked_for_a_contact_in_the_morning_and_once_more_when_it_is_late():
    fact = to_hold(date(2027, 1, 7), date(2027, 1, 12))
    assert rounds(fact) == [("ask", utc(1, 7)), ("late", utc(1, 14))]
    assert {(line.kind, line.series, line.reader, line.field) for line in fact.lines(LONDON)} == {
        (Kind.CONTACT, "review", Reader.TEACHER, "contact.on")
    }


def test_a_contact_of_a_weekend_is_asked_for_on_friday_and_late_on_monday():
    assert rounds(to_hold(date(2027, 1, 9), date(2027, 1, 9))) == [("ask", utc(1, 8)), ("late", utc(1, 11))]


def test_the_next_visit_is_another_series():
    first, second = (
        to_hold(date(2027, month, 1), date(2027, month, 8), Contact.Kind.VISIT).lines(LONDON)[0].series
        for month in (2, 3)
    )
    assert (first, second) == ("visit 2027-02-08", "visit 2027-03-08")


def test_a_host_is_asked_to_read_the_briefing_5_3_and_1_days_before_the_first_day_by_its_own_clock():
    fact = ToBrief(**WHO, first_day=date(2027, 1, 8))
    assert rounds(fact, PARIS) == [("D-5", utc(1, 1, 7)), ("D-3", utc(1, 5, 7)), ("D-1", utc(1, 7, 7))]
    assert {(line.series, line.reader) for line in fact.lines(PARIS)} == {("briefing", Reader.HOST)}


def test_a_programme_may_do_without_the_briefing():
    never = USUAL.model_copy(update={"brief_before": ()})
    assert rounds(ToBrief(**WHO, deadlines=never, first_day=date(2027, 1, 8))) == []


@pytest.mark.parametrize(
    ("begins_at", "asked", "told"),
    [
        (time(7), utc(1, 4, 9), utc(1, 4, 12)),
        (time(9), utc(1, 4, 9), utc(1, 4, 12)),
        (time(14), utc(1, 4, 14), utc(1, 4, 17)),
        (None, utc(1, 4, 9), utc(1, 4, 12)),
    ],
)
def test_on_the_first_day_the_student_is_asked_at_ten_and_the_school_told_at_one_and_later_where_work_begins_late(
    begins_at, asked, told
):
    first = {"first_day": date(2027, 1, 4), "begins_at": begins_at}
    assert rounds(ToBeShown(**WHO, **first, reader=Reader.STUDENT), PARIS) == [("ask", asked)]
    assert rounds(ToArrive(**WHO, **first), PARIS) == [("D", told)]


def test_the_first_week_is_asked_for_on_the_evening_of_the_fourth_day_with_the_hours_of_that_day():
    since = date(2027, 1, 7)
    assert rounds(ToSay(**WHO, reader=Reader.HOST, since=since), PARIS) == [("ask", utc(1, 7, 16))]
    assert rounds(ToSay(**WHO, reader=Reader.STUDENT, since=since), PARIS) == [("ask", utc(1, 7, 18))]


def test_a_plan_is_asked_for_20_and_15_days_before_the_start():
    fact = ToPlan(**WHO, starts_on=date(2027, 2, 1), created_at=utc(11, 24, year=2026))
    assert rounds(fact) == [("D-20", utc(1, 12)), ("D-15", utc(1, 15))]


def test_a_placement_that_was_made_yesterday_is_not_asked_for_its_plan():
    fact = ToPlan(**WHO, starts_on=date(2027, 2, 1), created_at=utc(1, 11, 15))
    assert rounds(fact) == [("D-15", utc(1, 15))]


def test_an_agreement_that_is_not_in_force_is_told_3_days_and_1_day_before_the_start():
    assert rounds(ToCall(**WHO, starts_on=date(2027, 1, 8))) == [("D-3", utc(1, 5)), ("D-1", utc(1, 7))]
    assert rounds(ToCall(**WHO, starts_on=date(2027, 1, 4))) == [("D-1", utc(1, 1))]


def test_an_approval_is_asked_for_60_30_and_1_days_before_it_runs_out():
    fact = ToRenew(person=1, school=2, placement=0, relation=7, until=date(2027, 5, 31))
    assert rounds(fact) == [("D-60", utc(4, 1, 7)), ("D-30", utc(4, 30, 7)), ("D-1", utc(5, 28, 7))]
    assert {(line.subject, line.series, line.about) for line in fact.lines(LONDON)} == {(7, "2027-05-31", None)}
