"""Lengths of work over midnight and clock changes, what may be logged, and what both sides agree on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules.absences import DaySum, by_cause
from placements.rules.hours import (
    Stretch,
    agreed,
    differs_since,
    in_utc,
    is_twice,
    minutes,
    monday,
    problems,
    span,
    week_of,
)
from placements.rules.rhythm import is_due

PARIS = "Europe/Paris"
ZONES = ["Europe/Paris", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@pytest.mark.parametrize(
    ("day", "starts_at", "ends_at", "expected"),
    [
        (date(2026, 10, 24), time(22), time(6), 540),
        (date(2026, 3, 28), time(22), time(6), 420),
        (date(2026, 11, 16), time(22), time(6), 480),
        (date(2026, 11, 16), time(8), time(16), 480),
        (date(2028, 2, 29), time(8), time(12), 240),
        (date(2028, 2, 28), time(22), time(6), 480),
        (date(2026, 10, 25), time(2, 30), time(3), 90),
        (date(2026, 3, 29), time(1, 30), time(3, 30), 60),
        (date(2026, 3, 29), time(2, 45), time(3, 15), 15),
        (date(2026, 3, 29), time(2, 10), time(2, 50), 0),
    ],
)
def test_a_stretch_is_as_long_as_it_was_in_paris(day, starts_at, ends_at, expected):
    assert minutes(span(day, starts_at, ends_at, PARIS), 0) == expected


def test_an_hour_that_comes_twice_is_the_first_of_both():
    start, _end = span(date(2026, 10, 25), time(2, 30), time(6), PARIS)
    assert start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_start_that_the_clock_shows_twice_asks_which_one_e20():
    """E20: on 25 October 2026 the clock in Paris shows 02:30 twice."""
    assert is_twice(date(2026, 10, 25), time(2, 30), PARIS)
    assert not is_twice(date(2026, 10, 25), time(3), PARIS)
    assert not is_twice(date(2026, 3, 29), time(2, 30), PARIS)
    frame = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 31), "today": date(2026, 10, 26)}
    night = Stretch(date(2026, 10, 25), time(2, 30), time(6), 0, PARIS)
    assert [problem.field for problem in problems(night, **frame)] == ["starts_again"]
    lengths = {False: 270, True: 210}
    for again, length in lengths.items():
        said = Stretch(date(2026, 10, 25), time(2, 30), time(6), 0, PARIS, starts_again=again)
        assert problems(said, **frame) == []
        assert said.minutes == length
    till = Stretch(date(2026, 10, 24), time(22), time(2, 30), 0, PARIS)
    assert [problem.field for problem in problems(till, **frame)] == ["ends_again"]
    ended = [Stretch(till.day, till.starts_at, till.ends_at, 0, PARIS, ends_again=again) for again in (False, True)]
    assert [stretch.minutes for stretch in ended] == [270, 330]


@given(days, times, st.sampled_from(ZONES))
def test_of_two_moments_of_one_clock_the_second_is_later_and_else_they_are_the_same(day, at, zone):
    first, second = in_utc(day, at, zone), in_utc(day, at, zone, again=True)
    assert (second > first) == is_twice(day, at, zone)
    assert timedelta(0) <= second - first <= timedelta(hours=1)


@given(days, times, times, st.sampled_from(ZONES))
def test_a_stretch_never_runs_backwards_and_is_about_as_long_as_the_clock_says(day, starts_at, ends_at, zone):
    worked = minutes(span(day, starts_at, ends_at, zone), 0)
    clock = (ends_at.hour * 60 + ends_at.minute - starts_at.hour * 60 - starts_at.minute - 1) % 1440 + 1
    assert worked >= 0
    assert abs(worked - clock) <= 60


@given(days, times, times, st.sampled_from(ZONES))
def test_the_span_is_in_utc_and_shows_the_same_clock_outside_a_gap(day, starts_at, ends_at, zone):
    start, _end = span(day, starts_at, ends_at, zone)
    assert start.utcoffset() == timedelta(0)
    local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local >= datetime.combine(day, starts_at)
    assert local - datetime.combine(day, starts_at) <= timedelta(hours=1)


@given(days, times, times, st.integers(0, 240), st.sampled_from(ZONES))
def test_a_break_is_taken_off_to_the_minute(day, starts_at, ends_at, pause, zone):
    whole = span(day, starts_at, ends_at, zone)
    assert minutes(whole, pause) + pause == minutes(whole, 0)


@given(st.integers(0, 960), st.integers(0, 960))
def test_only_what_both_say_counts(student, host):
    result = agreed(student, host)
    assert result.minutes == min(student, host)
    assert result.state == ("confirmed" if student == host else "disputed")


def test_nothing_is_agreed_before_the_host_answers():
    assert agreed(450, None).state == "logged"
    assert agreed(450, None).minutes is None


def test_the_host_alone_carries_hours_and_the_school_settles_a_difference():
    """E31, E3."""
    assert (agreed(None, 450).state, agreed(None, 450).minutes) == ("confirmed", 450)
    assert (agreed(450, 300, 400).state, agreed(450, 300, 400).minutes) == ("confirmed", 400)
    assert (agreed(None, None).state, agreed(None, None).minutes) == ("withdrawn", 0)


minutes_of_a_day = st.integers(0, 960)
claims = st.lists(st.tuples(st.sampled_from(["student", "host"]), minutes_of_a_day), min_size=1, max_size=8)


@given(claims)
def test_whatever_the_order_of_claims_no_more_counts_than_somebody_said(said):
    last = dict(said)
    result = agreed(last.get("student"), last.get("host"))
    assert (result.minutes is None) == ("host" not in last)
    assert result.minutes is None or result.minutes in last.values()
    assert (result.minutes or 0) <= max(minutes for _side, minutes in said)


@dataclass(frozen=True)
class Word:
    side: str
    minutes: int
    at: datetime


def test_a_dispute_is_as_old_as_the_word_that_made_it():
    at = [datetime(2026, 11, 16 + number, tzinfo=UTC) for number in range(5)]
    words = [Word("student", 450, at[0]), Word("host", 300, at[1]), Word("student", 400, at[2])]
    assert differs_since(words[:1]) is None
    assert differs_since(words) == at[1]
    assert differs_since([*words, Word("host", 400, at[3])]) is None
    assert differs_since([*words, Word("host", 400, at[3]), Word("host", 100, at[4])]) == at[4]


def test_a_part_day_is_attended_and_the_rest_is_missed_e4():
    """E4: an hour late and two hours absent of 7 h 30."""
    assert DaySum(planned=450, worked=330, absent=0).missed == 120
    assert DaySum(planned=450, worked=330, absent=120).missed == 0
    assert DaySum(planned=450, worked=330, absent=120).is_attended
    assert not DaySum(planned=450, worked=0, absent=450).is_attended
    assert DaySum(planned=450, worked=480).missed == 0


def test_what_is_made_up_goes_to_the_oldest_absence_and_is_shown_by_cause_e8():
    """E8."""
    absences = [("student", 450), ("host", 120), ("student", 60)]
    rows = [(row.cause, row.minutes, row.made_up, row.left) for row in by_cause(absences, 500)]
    assert rows == [("student", 510, 450, 60), ("host", 120, 50, 70)]


@given(
    st.lists(st.tuples(st.sampled_from(["student", "host", "school"]), st.integers(1, 600)), max_size=9),
    minutes_of_a_day,
)
def test_missed_and_made_up_sum_to_the_totals(absences, made_up):
    rows = by_cause(absences, made_up)
    missed = sum(minutes for _cause, minutes in absences)
    assert sum(row.minutes for row in rows) == missed
    assert sum(row.made_up for row in rows) == min(made_up, missed)
    assert all(0 <= row.left <= row.minutes for row in rows)


@pytest.mark.parametrize(
    ("rhythm", "waiting", "today", "expected"),
    [
        ("weekly", [16, 17], 17, False),
        ("weekly", [16, 17], 18, True),
        ("weekly", [], 18, False),
        ("four_days", [3, 10, 17], 18, False),
        ("four_days", [3, 10, 17, 18], 18, True),
        ("four_days", [2], 29, False),
        ("four_days", [2], 30, True),
        ("monthly", [2, 3, 4, 9, 10], 30, False),
    ],
)
def test_a_host_is_asked_in_the_rhythm_of_the_plan(rhythm, waiting, today, expected):
    """Days of November 2026; the last planned day of a week is Wednesday."""
    days_waiting = [date(2026, 11, number) for number in waiting]
    frame = {"last_weekday": 2, "ends_on": date(2026, 12, 18)}
    assert is_due(rhythm, days_waiting, today=date(2026, 11, today), **frame) == expected
    assert is_due(rhythm, days_waiting, today=date(2026, 12, 18), **frame) == bool(waiting)


def test_a_month_is_asked_for_when_it_is_over():
    frame = {"last_weekday": 2, "ends_on": date(2026, 12, 18), "today": date(2026, 12, 1)}
    assert is_due("monthly", [date(2026, 11, 30)], **frame)
    assert not is_due("monthly", [date(2026, 12, 1)], **frame)


@given(days)
def test_a_week_is_monday_to_sunday_and_holds_its_day(day):
    first, last = week_of(day)
    assert first == monday(day)
    assert (first.weekday(), last.weekday()) == (0, 6)
    assert first <= day <= last


TODAY = date(2026, 11, 23)


def found(day=TODAY, starts_at=time(8), ends_at=time(16), pause=30, **more):
    frame = {"starts_on": date(2026, 10, 26), "ends_on": date(2026, 12, 18), "today": TODAY, **more}
    return [problem.field for problem in problems(Stretch(day, starts_at, ends_at, pause, PARIS), **frame)]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"day": date(2026, 11, 24)}, ["day"]),
        ({"day": date(2026, 11, 9)}, []),
        ({"day": date(2026, 11, 8)}, ["late_reason"]),
        ({"day": date(2026, 11, 8), "late_reason": "I had no telephone"}, []),
        ({"starts_on": date(2026, 11, 20), "day": date(2026, 11, 19)}, ["day"]),
        ({"ends_on": date(2026, 11, 20), "day": date(2026, 11, 21)}, ["day"]),
        ({"ends_at": time(8)}, ["ends_at"]),
        ({"pause": 480}, ["break_minutes"]),
        ({"pause": 479}, []),
        ({"pause": -1}, ["break_minutes"]),
        ({"ends_at": time(20), "pause": 0}, []),
        ({"ends_at": time(20, 1), "pause": 0}, ["long_day"]),
        ({"ends_at": time(20, 1), "pause": 0, "long_agreed": True}, []),
        ({"starts_at": time(6), "ends_at": time(22), "pause": 0, "long_agreed": True}, []),
        ({"starts_at": time(6), "ends_at": time(22, 1), "pause": 0, "long_agreed": True}, ["ends_at"]),
        ({"closed": True}, ["note"]),
        ({"closed": True, "note": "Open day of the garage"}, []),
    ],
)
def test_a_day_is_refused_at_the_field_that_is_wrong(values, fields):
    assert found(**values) == fields
