"""Lengths of work over midnight and clock changes, what may be logged, and what both sides agree on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules.hours import Stretch, agreed, minutes, monday, problems, span, week_of

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
        ({"day": date(2026, 11, 8)}, ["day"]),
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
