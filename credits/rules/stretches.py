"""Stretches of work: days at work with no more than so many free days in a row between them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from credits.rules.case import Case
from credits.rules.selecting import days_of
from placements.rules.hours import monday


@dataclass(frozen=True)
class Stretch:
    """The places of its items, and its first and last day."""

    places: tuple[int, ...]
    first: date
    last: date


def stretches(case: Case, places: Sequence[int], gap_days: int) -> list[Stretch]:
    """`places` are in the order of time."""
    found: list[list[int]] = []
    last: date | None = None
    for place in places:
        item = case.items[place]
        if last is None or (item.day - last).days - 1 > gap_days:
            found.append([])
        found[-1].append(place)
        last = item.last_day if last is None else max(last, item.last_day)
    return [_stretch(case, some) for some in found]


def _stretch(case: Case, places: list[int]) -> Stretch:
    items = [case.items[place] for place in places]
    return Stretch(tuple(places), min(item.day for item in items), max(item.last_day for item in items))


def measured(case: Case, stretch: Stretch, measure: str) -> int:
    """How long: calendar days from first to last, days present, calendar weeks with work, or minutes left."""
    items = [case.items[place] for place in stretch.places]
    match measure:
        case "calendar_days":
            return (stretch.last - stretch.first).days + 1
        case "worked_days":
            return days_of(items)
        case "weeks":
            return len({monday(item.day) for item in items})
    return sum(case.left[place] for place in stretch.places)
