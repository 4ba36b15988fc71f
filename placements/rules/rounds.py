"""A round, in which a school asks many firms for places: when, whom not, and what became of it. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from employers.rules import Stop, Wishes, no_asking

BEFORE = (120, 105, 90)
"""Days of the calendar before the period: asked, and asked again twice."""
LATELY = timedelta(days=30)
"""A firm that the school asked for something within this time is left alone."""
THIS_YEAR = timedelta(days=180)
"""So long "not this year" holds."""


def asking_days(starts_on: date, opened_on: date) -> dict[str, date]:
    """When firms are asked, by name. Of a round that is opened later than the first day the distances stay, and no
    letter goes out once the period has begun."""
    first = starts_on - timedelta(days=BEFORE[0])
    if opened_on <= first:
        return {f"D-{days}": starts_on - timedelta(days=days) for days in BEFORE}
    later = {BEFORE[0] - days: opened_on + timedelta(days=BEFORE[0] - days) for days in BEFORE}
    return {f"+{days}" if days else "ask": day for days, day in later.items() if day < starts_on}


@dataclass(frozen=True)
class Firm:
    """What is known of a firm when a round is opened."""

    stop: Stop | None = None
    wishes: Wishes = field(default_factory=Wishes)
    has_offered: bool = False
    has_said_no: bool = False
    was_asked: bool = False
    has_reader: bool = True


def why_not(firm: Firm, day: date) -> str | None:
    """Why a firm is not asked in a round whose first letters leave on `day`, in a sentence."""
    if firm.stop:
        return str(firm.stop.label)
    if not_now := no_asking(firm.wishes, day):
        return not_now
    if firm.has_offered:
        return _("Has offered places for these weeks already.")
    if firm.has_said_no:
        return _("Has said “not this year”.")
    if firm.was_asked:
        return _("Was asked by your school in the last 30 days.")
    return None if firm.has_reader else _("Nobody there can be written to.")
