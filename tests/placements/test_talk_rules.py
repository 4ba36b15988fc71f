"""How long a note waits, in hours of the school."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.rules.talk import school_minutes

PARIS = "Europe/Paris"


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """A day of November 2026 in UTC, when Paris is an hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (moment(16, 9), moment(16, 9, 40), 40),  # within a Monday
        (moment(16, 14, 30), moment(17, 7, 20), 50),  # half an hour before four o'clock, twenty after eight
        (moment(16, 21), moment(17, 6), 0),  # in the night nobody is late
        (moment(20, 14), moment(23, 8), 120),  # over the weekend
        (moment(21, 10), moment(21, 12), 0),  # on a Saturday
        (moment(17, 9), moment(19, 9), 8 * 60),  # the Wednesday is closed
        (moment(16, 9), moment(16, 9), 0),
    ],
)
def test_a_note_waits_only_while_the_school_is_open(since, until, minutes):
    assert school_minutes(since, until, PARIS, {date(2026, 11, 18)}) == minutes


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda one: one.replace(microsecond=0, second=0)
)


@given(moments=st.lists(MOMENTS, min_size=3, max_size=3).map(sorted))
def test_the_wait_of_two_stretches_is_the_wait_of_both(moments):
    first, second, third = (one.replace(tzinfo=UTC) for one in moments)
    both = school_minutes(first, second, PARIS, set()) + school_minutes(second, third, PARIS, set())
    assert both == school_minutes(first, third, PARIS, set()) >= 0
