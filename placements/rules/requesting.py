"""A request to a host as arithmetic: until when it is answered, how long an answer can be taken back, and what is told
of a student before the host has said yes. Pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_high
from typing import Any

from django.utils.translation import gettext_lazy as _

ANSWER_DAYS = 5
UNDO = timedelta(hours=24)
GROWN_UP = 18
SCHOOL_AGE = 16
SATURDAY = 5


def working_day(day: date, count: int, closed: Collection[date]) -> date:
    """The working day of the school that is `count` working days later."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY and day not in closed
    return day


def answer_by(asked_on: date, closed: Collection[date]) -> date:
    """The last day for an answer: five working days after the request (product 4.1)."""
    return working_day(asked_on, ANSWER_DAYS, closed)


@dataclass(frozen=True)
class Asked:
    """A request as the figures read it."""

    state: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Answers:
    """What became of the requests to a firm; half of its answers came within `days`, where it has answered at all."""

    states: Counter[str]
    days: int | None

    @property
    def asked(self) -> int:
        return self.states.total()


def answers(requests: Collection[Asked]) -> Answers:
    took = [(one.answered_at - one.asked_at).days for one in requests if one.answered_at]
    return Answers(Counter(one.state for one in requests), median_high(took) if took else None)


def may_undo(answered_at: datetime | None, now: datetime) -> bool:
    return answered_at is not None and now - answered_at <= UNDO


def age_group(birth_date: date | None, on: date) -> Any:
    """As much as a host needs to plan the work; nothing where the age is not known."""
    if birth_date is None:
        return ""
    years = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    if years >= GROWN_UP:
        return _("18 or older")
    return _("16 or 17") if years >= SCHOOL_AGE else _("Under 16")
