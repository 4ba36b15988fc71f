"""Reads for week sheets on paper: the weeks of a placement, each with its sheet when it was printed."""

from dataclasses import dataclass
from datetime import date, timedelta

from placements.models import Placement, WeekSheet
from placements.rules.hours import monday

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class SheetWeek:
    """One week of a placement; `sheet` is nothing until it was printed."""

    week_starts_on: date
    sheet: WeekSheet | None
    is_current: bool = False

    @property
    def ends_on(self) -> date:
        return self.week_starts_on + timedelta(days=6)


def weeks_to_print(placement: Placement, today: date) -> list[SheetWeek]:
    """From next week back to the first, the newest first."""
    first = monday(placement.starts_on)
    last = min(monday(placement.ends_on), max(monday(today) + WEEK, first))
    sheets = {sheet.week_starts_on: sheet for sheet in WeekSheet.objects.filter(placement=placement)}
    number = (last - first).days // 7 + 1
    weeks = [last - WEEK * back for back in range(number)]
    return [SheetWeek(day, sheets.get(day), day == monday(today)) for day in weeks]


def written_code(text: str) -> str:
    """A code as a person types it, in the way it is printed: "k7qf m2xw" is "K7QF-M2XW"."""
    letters = "".join(text.upper().split()).replace("-", "")
    return f"{letters[:4]}-{letters[4:]}"
