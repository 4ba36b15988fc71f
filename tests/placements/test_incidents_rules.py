"""The clock of the authority, in days of the law of the place; and the minutes of the day before an accident."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.accident_clocks import CLOCKS
from placements.rules.incidents import Place, minutes_before, tell_by

THURSDAY = date(2026, 12, 24)
BRITAIN, FRANCE, IRELAND = Place("GB"), Place("FR"), Place("IE")


@pytest.mark.parametrize(
    ("care", "place", "due"),
    [
        ("hospital", BRITAIN, date(2027, 1, 3)),  # ten days, Sundays and holidays too
        ("doctor", BRITAIN, date(2027, 1, 8)),  # fifteen days
        ("first_aid", BRITAIN, None),
        ("none", FRANCE, None),
        ("first_aid", FRANCE, date(2026, 12, 28)),  # two days: not Christmas, not the Sunday
        ("doctor", Place("DE"), date(2026, 12, 27)),
        ("doctor", IRELAND, date(2027, 1, 11)),  # ten working days: neither Christmas nor New Year
        ("hospital", Place("NL"), THURSDAY),  # at once
        ("hospital", Place("US"), date(2026, 12, 25)),
        ("doctor", Place("NL"), None),
        ("hospital", Place("XX"), None),  # nobody knows a rule of this country
        ("doctor", Place("XX", own_days=3), date(2026, 12, 29)),  # the school does
        ("first_aid", Place("GB", own_days=1), date(2026, 12, 29)),  # its own days hold; the 28th is a holiday
        ("hospital", Place("GB", own_days=0), THURSDAY),
    ],
)
def test_the_authority_has_to_know_by_the_day_of_its_law(care, place, due):
    assert tell_by("accident", care, THURSDAY, place) == due


def test_no_clock_runs_before_its_law_or_without_an_accident():
    assert tell_by("accident", "hospital", date(2013, 9, 30), BRITAIN) is None
    assert [tell_by(kind, "hospital", THURSDAY, BRITAIN) for kind in ("near_miss", "damage", "conflict")] == [None] * 3


def test_minutes_before_an_accident_run_from_the_beginning_of_work():
    def moment(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 16, hour, minute, tzinfo=UTC)

    morning, evening = (moment(8), moment(12)), (moment(13), moment(17))
    assert minutes_before([morning, evening], moment(10, 40)) == 160
    assert minutes_before([morning, evening], moment(14)) == 300
    assert minutes_before([evening], moment(12)) == 0


@given(
    day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    country=st.sampled_from([*CLOCKS, "XX"]),
    own_days=st.none() | st.integers(0, 20),
)
def test_who_is_hurt_worse_is_never_told_of_later(day, country, own_days):
    place = Place(country, own_days=own_days)
    days = [due for care in ("first_aid", "doctor", "hospital") if (due := tell_by("accident", care, day, place))]
    assert days == sorted(days, reverse=True)
    assert all(due >= day for due in days)
