"""Limits of working time beside spells of work, as arithmetic."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules.working_time import Breach, Limits, Spell, breaches

MONDAY = date(2026, 1, 5)
PARIS = "Europe/Paris"


def always(_day: date) -> bool:
    return True


def spell(day: date = MONDAY, minutes: int = 60, **more) -> Spell:
    return Spell(day=day, minutes=minutes, **more)


def timed(begins: datetime, ends: datetime, **more) -> Spell:
    place = ZoneInfo(PARIS)
    since, until = (moment.replace(tzinfo=place).astimezone(UTC) for moment in (begins, ends))
    return Spell(begins.date(), int((until - since).total_seconds()) // 60, since, until, zone=PARIS, **more)


def test_without_limits_nothing_is_broken():
    assert breaches([spell(minutes=6000)], Limits(), always) == []


def test_without_work_nothing_is_broken():
    assert breaches([], Limits(per_day=0, per_week=0, rest_days=7, rest_between_days=720), always) == []


def test_breaches_come_in_the_order_of_days_and_name_their_hosts():
    spells = [
        spell(MONDAY + timedelta(days=1), 500, host="b"),
        spell(minutes=300, host="a"),
        spell(minutes=240, host="b"),
    ]
    assert breaches(spells, Limits(per_day=480, per_week=1000), always) == [
        Breach("day", MONDAY, 540, 480, "minutes", 2),
        Breach("week", MONDAY, 1040, 1000, "minutes", 2),
        Breach("day", MONDAY + timedelta(days=1), 500, 480, "minutes", 1),
    ]


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        (datetime(2026, 10, 24, 22), datetime(2026, 10, 25, 6), 540),
        (datetime(2026, 3, 28, 22), datetime(2026, 3, 29, 6), 420),
        (datetime(2026, 11, 16, 22), datetime(2026, 11, 17, 6), 480),
    ],
)
def test_a_night_at_work_is_as_long_as_it_was_in_paris(begins, ends, minutes):
    found = breaches([timed(begins, ends)], Limits(per_day=0, night=(time(22), time(6))), always)
    assert [(row.kind, row.value) for row in found] == [("day", minutes), ("night", minutes)]


def test_days_on_which_the_limits_do_not_hold_are_not_looked_at():
    spells = [spell(minutes=600), spell(MONDAY + timedelta(days=1), 600)]
    found = breaches(spells, Limits(per_day=480), lambda day: day > MONDAY)
    assert [row.day for row in found] == [MONDAY + timedelta(days=1)]


def test_rest_of_the_night_before_is_looked_at_on_the_first_day_on_which_the_limit_holds():
    spells = [
        timed(datetime(2026, 1, 5, 14), datetime(2026, 1, 5, 23)),
        timed(datetime(2026, 1, 6, 7), datetime(2026, 1, 6, 9)),
    ]
    found = breaches(spells, Limits(rest_between_days=720), lambda day: day > MONDAY)
    assert [(row.day, row.value) for row in found] == [(MONDAY + timedelta(days=1), 480)]


SPELLS = st.lists(
    st.builds(
        spell,
        day=st.dates(date(2026, 1, 1), date(2026, 1, 31)),
        minutes=st.integers(0, 900),
        host=st.sampled_from(["a", "b", None]),
    ),
    max_size=12,
)
BOUNDS = st.integers(0, 3000)


@given(SPELLS, BOUNDS, BOUNDS, st.randoms(use_true_random=False))
def test_the_order_of_work_changes_nothing(spells, per_day, per_week, random):
    limits = Limits(per_day=per_day, per_week=per_week, rest_days=2, rest_days_together=True, rest_days_with=(6,))
    mixed = list(spells)
    random.shuffle(mixed)
    assert breaches(spells, limits, always) == breaches(mixed, limits, always)


@given(SPELLS, BOUNDS, st.integers(0, 500))
def test_a_higher_limit_is_broken_no_more_often(spells, per_day, more):
    low, high = (breaches(spells, Limits(per_day=most), always) for most in (per_day, per_day + more))
    assert {row.day for row in high} <= {row.day for row in low}


@given(SPELLS, BOUNDS)
def test_a_breach_is_always_above_its_limit_and_has_a_host(spells, per_day):
    for row in breaches(spells, Limits(per_day=per_day, per_week=per_day), always):
        assert row.value > row.limit
        assert row.hosts >= 1
