"""Marks of tasks and skills: the usual one, when the skills are looked at, and what is worth a talk."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

CHANGEABLE = timedelta(hours=24)
START_OPEN = timedelta(days=14)
END_OPEN = timedelta(days=7)
SHORTEST = timedelta(days=21)
"""A placement of fewer days has no look at the start: it would be the same as the one at the end."""
WORTH_A_TALK = 2


def start_is_open(starts_on: date, ends_on: date, today: date) -> bool:
    """In the first two weeks, of a placement that is long enough for a change to be seen."""
    is_long = ends_on - starts_on >= SHORTEST
    return is_long and starts_on <= today < starts_on + START_OPEN


def end_is_open(ends_on: date, is_over: bool, today: date) -> bool:
    """From a week before the last day on, and of one that ended early from then on."""
    return is_over or today > ends_on - END_OPEN


def may_change(sent_at: datetime, now: datetime, *, other_has_sent: bool) -> bool:
    """For 24 hours, but not once the other side has sent its marks too: from then on each sees the other's."""
    return not other_has_sent and now - sent_at <= CHANGEABLE


def is_worth_a_talk(one: int | None, other: int | None) -> bool:
    """Two levels or more apart: nobody is wrong. "Not seen" differs from nothing."""
    return one is not None and other is not None and abs(one - other) >= WORTH_A_TALK


def usual_mark(counts: Mapping[int, int]) -> int | None:
    """The mark that was given most often; of equally frequent ones the lower. `counts` says how often each was."""
    return min(counts, key=lambda mark: (-counts[mark], mark)) if counts else None
