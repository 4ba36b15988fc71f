"""What is due for given facts, to the minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules.hours import monday
from placements.rules.rhythm import is_due
from reminders.due import hosts
from reminders.due.agreements import ToSign
from reminders.due.calendar import MORNING, Calendar
from reminders.due.credit import ToAnswer, ToAssess
from reminders.due.hosts import ToConfirm, ToGiveFeedback, ToTake
from reminders.due.lines import Line, judge
from reminders.due.students import ToLog
from reminders.models import Kind, Reader, Reason

LONDON = Calendar(ZoneInfo("Europe/London"), frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
WHO = {"person": 1, "school": 2, "placement": 3}


def utc(month: int, day: int, hour: int = 8, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def rounds(lines: list[Line]) -> list[tuple[str, datetime]]:
    return [(line.round, line.due_at) for line in lines]


def to_sign(proposed_at: datetime, starts_on: date) -> ToSign:
    return ToSign(**WHO, signature=9, reader=Reader.HOST, proposed_at=proposed_at, starts_on=starts_on)


def test_an_agreement_is_asked_for_at_once_and_8_5_and_3_days_before_the_start():
    lines = to_sign(utc(11, 10, 13, 20), date(2026, 12, 10)).lines(LONDON)
    assert rounds(lines) == [
        ("ask", utc(11, 10, 13, 20)),
        ("D-8", utc(12, 2)),
        ("D-5", utc(12, 4)),
        ("D-3", utc(12, 7)),
    ]
    assert {(line.kind, line.subject, line.person, line.school, line.about) for line in lines} == {
        (Kind.SIGN, 9, 1, 2, 3)
    }


def test_a_reminder_of_a_weekend_comes_on_the_working_day_before():
    lines = to_sign(utc(11, 10), date(2026, 12, 14)).lines(LONDON)
    assert rounds(lines)[1:] == [("D-8", utc(12, 4)), ("D-5", utc(12, 9)), ("D-3", utc(12, 11))]


def test_two_reminders_of_the_same_day_are_one():
    lines = to_sign(utc(11, 10), date(2026, 12, 9)).lines(LONDON)
    assert rounds(lines)[1:] == [("D-8", utc(12, 1)), ("D-3", utc(12, 4))]


def test_an_agreement_proposed_late_gets_no_reminder_within_two_days():
    lines = to_sign(utc(12, 3, 10), date(2026, 12, 9)).lines(LONDON)
    assert rounds(lines) == [("ask", utc(12, 3, 10))]
    lines = to_sign(utc(12, 2, 10), date(2026, 12, 9)).lines(LONDON)
    assert rounds(lines) == [("ask", utc(12, 2, 10)), ("D-3", utc(12, 4))]


def test_a_week_is_asked_for_on_the_evening_of_its_last_day_of_work_and_2_and_4_working_days_later():
    fact = ToConfirm(**WHO, week=date(2026, 12, 21), last_day=date(2026, 12, 23), logged_at=utc(12, 23, 16))
    assert rounds(fact.lines(LONDON)) == [
        ("ask", utc(12, 23, 17)),
        ("+2", utc(12, 29)),
        ("+4", utc(12, 31)),
    ]
    assert {line.series for line in fact.lines(LONDON)} == {"2026-12-21"}


def test_days_that_are_logged_late_are_asked_for_when_they_come_in():
    fact = ToConfirm(**WHO, week=date(2026, 11, 9), last_day=date(2026, 11, 13), logged_at=utc(11, 22, 19, 30))
    assert rounds(fact.lines(LONDON)) == [
        ("ask", utc(11, 22, 19, 30)),
        ("+2", utc(11, 24)),
        ("+4", utc(11, 26)),
    ]


def test_feedback_is_asked_for_on_the_last_day_and_2_and_4_working_days_later():
    lines = ToGiveFeedback(**WHO, ends_on=date(2026, 12, 24)).lines(LONDON)
    assert rounds(lines) == [
        ("E+0", utc(12, 24, 17)),
        ("E+2", utc(12, 30)),
        ("E+4", utc(1, 1, year=2027)),
    ]


def test_credit_is_asked_for_6_and_9_working_days_after_the_end():
    fact = ToAssess(**WHO, ends_on=date(2026, 11, 13), ready_at=utc(11, 16))
    assert rounds(fact.lines(LONDON)) == [("E+6", utc(11, 23)), ("E+9", utc(11, 26))]


def test_credit_is_asked_for_when_the_hours_came_in_later_than_that():
    fact = ToAssess(**WHO, ends_on=date(2026, 11, 13), ready_at=utc(12, 1, 15))
    assert rounds(fact.lines(LONDON)) == [("E+6", utc(12, 1, 15)), ("E+9", utc(12, 4))]


def test_a_decision_that_was_taken_back_is_asked_for_anew_3_and_6_working_days_later():
    fact = ToAssess(**WHO, ends_on=date(2026, 11, 13), ready_at=utc(11, 16), taken_back_at=utc(12, 22, 15))
    assert rounds(fact.lines(LONDON)) == [("T+3", utc(12, 29)), ("T+6", utc(1, 1, year=2027))]
    assert {line.series for line in fact.lines(LONDON)} == {"2026-12-22"}


def test_a_request_is_asked_to_be_answered_at_once_and_3_days_before_the_answer_is_due():
    fact = ToAnswer(**WHO, correction=9, asked_at=utc(11, 24, 18, 5), answer_by=date(2026, 12, 8))
    assert rounds(fact.lines(LONDON)) == [("ask", utc(11, 24, 18, 5)), ("A-3", utc(12, 4))]
    assert {(line.kind, line.subject, line.person, line.reader, line.about) for line in fact.lines(LONDON)} == {
        (Kind.LOOK_AGAIN, 9, 1, Reader.TEACHER, 3)
    }


def test_the_morning_is_the_morning_of_the_school_in_summer_too():
    lines = ToGiveFeedback(**WHO, ends_on=date(2026, 7, 3)).lines(LONDON)
    assert rounds(lines)[1] == ("E+2", utc(7, 7, 7))


def test_the_last_day_of_work_is_the_last_planned_one_that_is_open_or_the_last_logged_one():
    planned = [date(2026, 12, 21), date(2026, 12, 23), date(2026, 12, 25)]
    assert hosts.last_day(planned, {date(2026, 12, 21)}, LONDON) == date(2026, 12, 23)
    assert hosts.last_day(planned, {date(2026, 12, 26)}, LONDON) == date(2026, 12, 26)
    assert hosts.last_day([], {date(2026, 12, 21)}, LONDON) == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("day", "rhythm", "expected"),
    [
        (date(2026, 11, 18), "weekly", (date(2026, 11, 16), date(2026, 11, 22))),
        (date(2028, 2, 10), "monthly", (date(2028, 2, 1), date(2028, 2, 29))),
        (date(2026, 12, 31), "monthly", (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_the_host_is_asked_by_week_or_by_month(day, rhythm, expected):
    assert hosts.period(day, rhythm) == expected


WEDNESDAYS = [date(2027, 1, 6) + timedelta(weeks=week) for week in range(6)]


def test_with_a_rhythm_of_four_days_the_first_four_weeks_are_asked_for_on_the_fourth_day():
    asked = [hosts.asked_on(monday(day), WEDNESDAYS[:4], date(2027, 6, 1)) for day in WEDNESDAYS[:4]]
    assert asked == [WEDNESDAYS[3]] * 4


def test_fewer_than_four_days_wait_for_four_weeks_or_until_the_end():
    two = WEDNESDAYS[:2]
    assert hosts.asked_on(monday(two[0]), two, date(2027, 6, 1)) == date(2027, 2, 3)
    assert hosts.asked_on(monday(two[1]), two, date(2027, 1, 15)) == date(2027, 1, 15)


def test_days_after_a_full_four_begin_the_next_four():
    asked = [hosts.asked_on(monday(day), WEDNESDAYS, date(2027, 6, 1)) for day in WEDNESDAYS[4:]]
    assert asked == [WEDNESDAYS[4] + timedelta(weeks=4)] * 2


@given(st.sets(st.dates(date(2027, 1, 1), date(2027, 3, 1)), min_size=1), st.dates(date(2027, 3, 1), date(2027, 4, 1)))
def test_what_the_letter_asks_for_in_fours_is_what_the_plan_promises(waiting, ends_on):
    """The page and the letter follow one rule: nothing is asked for that is not due by the day of the letter."""
    for day in waiting:
        asked = hosts.asked_on(monday(day), waiting, ends_on)
        assert is_due("four_days", waiting, last_weekday=4, ends_on=ends_on, today=asked)


def test_a_host_is_asked_for_a_place_at_once_and_2_and_4_working_days_later():
    fact = ToTake(**WHO, request=9, asked_at=utc(12, 22, 14), answer_by=date(2026, 12, 31))
    assert rounds(fact.lines(LONDON)) == [("ask", utc(12, 22, 14)), ("+2", utc(12, 24)), ("+4", utc(12, 30))]
    assert {(line.kind, line.subject, line.person, line.reader, line.about) for line in fact.lines(LONDON)} == {
        (Kind.REQUEST, 9, 1, Reader.HOST, 3)
    }


def test_after_three_letters_without_an_answer_a_colleague_is_asked_once():
    week = ToConfirm(**WHO, week=date(2026, 11, 9), last_day=date(2026, 11, 13), logged_at=utc(11, 13, 16), colleague=8)
    (last,) = [line for line in week.lines(LONDON) if line.kind == Kind.COLLEAGUE]
    assert (last.person, last.round, last.due_at, last.series) == (8, "+6", utc(11, 23), "2026-11-09")
    closing = ToGiveFeedback(**WHO, ends_on=date(2026, 11, 13), colleague=8)
    (last,) = [line for line in closing.lines(LONDON) if line.kind == Kind.COLLEAGUE]
    assert (last.person, last.due_at, last.series) == (8, utc(11, 23), "")


def test_a_student_is_reminded_on_the_evenings_of_three_days_of_work_and_no_more():
    fact = ToLog(**WHO, days=[date(2026, 12, day) for day in (7, 8, 9, 10, 11)])
    assert [(line.series, line.due_at) for line in fact.lines(LONDON)] == [
        ("2026-12-07", utc(12, 7, 19)),
        ("2026-12-08", utc(12, 8, 19)),
        ("2026-12-09", utc(12, 9, 19)),
    ]
    assert {(line.kind, line.reader, line.person) for line in fact.lines(LONDON)} == {(Kind.LOG, Reader.STUDENT, 1)}


FEEDBACK = ToGiveFeedback(**WHO, ends_on=date(2026, 11, 13)).lines(LONDON)


@pytest.mark.parametrize(
    ("now", "verdicts"),
    [
        (utc(11, 13, 16, 59), ["wait", "wait", "wait"]),
        (utc(11, 13, 17), ["send", "wait", "wait"]),
        (utc(11, 17, 8), [Reason.TOO_LATE, "send", "wait"]),
        (utc(11, 19, 8), [Reason.TOO_LATE, Reason.NEWER, "send"]),
        (utc(11, 29, 8), [Reason.TOO_LATE, Reason.TOO_LATE, Reason.TOO_LATE]),
    ],
)
def test_only_the_newest_round_is_sent_and_nothing_after_three_days(now, verdicts):
    found = [judge(line, FEEDBACK, first=line.due_at, now=now) for line in FEEDBACK]
    assert [verdict.reason or verdict.decision for verdict in found] == verdicts


days = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 12, 31))


@given(ends_on=days, proposed=days, ready=days, minutes=st.integers(0, 60 * 24 * 40))
def test_at_any_moment_at_most_one_round_of_a_thing_is_sent_and_reminders_come_on_working_days(
    ends_on, proposed, ready, minutes
):
    ready_at = LONDON.at(ready, MORNING)
    for fact in (
        to_sign(LONDON.at(proposed, MORNING), ends_on),
        ToGiveFeedback(**WHO, ends_on=ends_on),
        ToAssess(**WHO, ends_on=ends_on, ready_at=ready_at),
        ToConfirm(**WHO, week=ends_on, last_day=ends_on, logged_at=ready_at),
    ):
        lines = fact.lines(LONDON)
        assert all(LONDON.is_working(LONDON.day_of(line.due_at)) for line in lines[1:])
        now = lines[0].due_at + timedelta(minutes=minutes)
        sent = {line.due_at for line in lines if judge(line, lines, first=line.due_at, now=now).decision == "send"}
        assert len(sent) <= 1
