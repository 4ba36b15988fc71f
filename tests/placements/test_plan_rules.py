"""Plan arithmetic to the minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules import plan
from placements.rules.calendars import Calendar, Calendars
from placements.rules.plan import Line, Shift

MON_FRI = [Shift(day, time(8), time(15, 30), 30, date(2026, 1, 5), date(2026, 3, 6)) for day in range(5)]
WEDNESDAYS = Shift(2, time(8), time(15, 30), 30, date(2026, 1, 7), date(2026, 8, 12))
BLOCK = [Shift(day, time(8), time(15, 30), 30, date(2026, 9, 7), date(2026, 9, 23)) for day in range(5)]


def closed(*days: date) -> Calendars:
    """The school is closed on these days."""
    return Calendars({0: Calendar(school=frozenset(days))})


def test_nine_weeks_of_five_days_of_7_hours_are_45_days_and_315_hours():
    days = plan.work_days(MON_FRI)
    assert plan.arithmetic(days) == [Line(days=45, minutes=420)]
    assert plan.total_minutes(days) == 315 * 60 == 18_900
    assert plan.weeks(days) == 9
    assert (days[0].day, days[-1].day) == (date(2026, 1, 5), date(2026, 3, 6))


def test_32_wednesdays_and_13_block_days_are_224_and_91_hours():
    assert plan.total_minutes(plan.work_days([WEDNESDAYS])) == 224 * 60
    assert plan.total_minutes(plan.work_days(BLOCK)) == 91 * 60
    both = plan.work_days([WEDNESDAYS, *BLOCK])
    assert plan.arithmetic(both) == [Line(days=45, minutes=420)]
    assert plan.weeks(both) == 35


def test_a_closed_day_takes_away_exactly_its_minutes():
    days = plan.work_days(MON_FRI, closed(date(2026, 1, 6), date(2026, 1, 10), date(2026, 4, 1)))
    assert plan.total_minutes(days) == 18_900 - 420
    assert date(2026, 1, 6) not in {work.day for work in days}


def test_days_of_different_length_are_counted_apart_the_most_frequent_first():
    friday = Shift(4, time(8), time(12, 45), 0, date(2026, 1, 5), date(2026, 1, 16))
    days = plan.work_days(
        [Shift(d, time(8), time(16), 30, date(2026, 1, 5), date(2026, 1, 16)) for d in range(4)] + [friday]
    )
    assert plan.arithmetic(days) == [Line(days=8, minutes=450), Line(days=2, minutes=285)]
    assert plan.total_minutes(days) == 8 * 450 + 2 * 285


def test_two_shifts_on_one_day_make_one_day():
    start, end = date(2026, 1, 5), date(2026, 1, 5)
    days = plan.work_days([Shift(0, time(8), time(12), 0, start, end), Shift(0, time(13), time(16), 0, start, end)])
    assert plan.arithmetic(days) == [Line(days=1, minutes=420)]


@pytest.mark.parametrize(
    ("weekday", "night", "minutes"),
    [(5, date(2026, 10, 24), 9 * 60), (5, date(2026, 3, 28), 7 * 60), (5, date(2026, 6, 6), 8 * 60)],
)
def test_a_night_in_paris_counts_the_hours_that_pass_when_the_clock_changes(weekday, night, minutes):
    shift = Shift(weekday, time(22), time(6), 0, night, night, "Europe/Paris")
    [work] = plan.work_days([shift])
    assert (work.day, work.minutes) == (night, minutes)


def test_the_span_of_a_day_is_in_utc_of_the_zone_of_the_site():
    [work] = plan.work_days([Shift(0, time(8), time(16), 30, date(2026, 7, 6), date(2026, 7, 6), "Europe/London")])
    assert work.span == (datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 15, tzinfo=UTC))


def one(starts_at, ends_at, pause=0, weekday=0):
    return Shift(weekday, starts_at, ends_at, pause, date(2026, 1, 5), date(2026, 1, 18))


@pytest.mark.parametrize(
    ("shifts", "text"),
    [
        ([one(time(8), time(8))], "A day starts and finishes at the same time. Check both times."),
        ([one(time(8), time(9), 60)], "No time is left after the break. Check the times and the break."),
        ([one(time(8), time(1))], "A day is longer than 16 hours. Check both times."),
        (
            [one(time(8), time(12)), one(time(11, 59), time(16))],
            "Two shifts are at the same time. Check where one ends and the next begins.",
        ),
        (
            [one(time(22), time(6)), one(time(5), time(9), weekday=1)],
            "Two shifts are at the same time. Check where one ends and the next begins.",
        ),
    ],
)
def test_a_shift_that_cannot_be_worked_is_named(shifts, text):
    assert [str(problem) for problem in plan.problems(shifts)] == [text]


def test_shifts_that_touch_are_no_problem():
    assert plan.problems([one(time(8), time(12)), one(time(12), time(16))]) == []


dates = st.dates(date(2020, 1, 1), date(2030, 1, 1))
weekly = st.builds(
    lambda weekday, first, length: Shift(
        weekday, time(8), time(15, 30), 30, first, first + timedelta(days=length), "Europe/Paris"
    ),
    st.integers(0, 6),
    dates,
    st.integers(0, 400),
)


@given(st.lists(weekly, max_size=5), st.sets(dates, max_size=30))
def test_a_plan_is_the_sum_of_its_lines_and_each_day_is_in_range_and_open(shifts, shut):
    days = plan.work_days(shifts, closed(*shut))
    assert plan.total_minutes(days) == sum(line.total for line in plan.arithmetic(days)) == 420 * len(days)
    assert all(work.shift.starts_on <= work.day <= work.shift.ends_on for work in days)
    assert all(
        work.day.weekday() == work.shift.weekday and (work.day not in shut or work.shift.is_dated) for work in days
    )
    for shift in shifts:
        whole = (shift.ends_on - shift.starts_on).days + 1
        count = len(plan.work_days([shift]))
        assert whole // 7 <= count <= whole // 7 + 1


@given(st.lists(weekly, max_size=4), dates)
def test_closing_one_more_day_never_adds_minutes(shifts, day):
    assert plan.total_minutes(plan.work_days(shifts, closed(day))) <= plan.total_minutes(plan.work_days(shifts))
