"""Until when a student may ask to look at a decision again, and by when an answer comes: in days of the school."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TO_ASK = timedelta(days=14)
TO_ANSWER = timedelta(days=14)


def ask_until(decided_at: datetime, zone: ZoneInfo) -> date:
    """The last day on which a student may ask, to its end."""
    return _day(decided_at, zone) + TO_ASK


def may_ask(decided_at: datetime, at: datetime, zone: ZoneInfo) -> bool:
    return decided_at <= at and _day(at, zone) <= ask_until(decided_at, zone)


def answer_by(asked_at: datetime, zone: ZoneInfo) -> date:
    """The day on which an answer is there at the latest."""
    return _day(asked_at, zone) + TO_ANSWER


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
