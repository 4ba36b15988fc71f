"""Reads of absence: what was told, and what of it is still to make up."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from placements.models import Absence, Placement, WorkEntry
from placements.queries.hours import Week
from placements.rules.absences import Missed, by_cause
from placements.rules.hours import monday, week_of


@dataclass(frozen=True)
class MakeUp:
    """Missed minutes by cause, and what of them was made up; they sum to the totals."""

    rows: list[Missed]
    made_up: int

    @property
    def missed(self) -> int:
        return sum(row.minutes for row in self.rows)

    @property
    def left(self) -> int:
        return sum(row.left for row in self.rows)


def told_to_host(weeks: Collection[Week]) -> dict[tuple[int, date], list[Absence]]:
    """What was told for the weeks on a host's page, by placement and Monday, in one query."""
    found: dict[tuple[int, date], list[Absence]] = {}
    if not weeks:
        return found
    mondays = [week.week_starts_on for week in weeks]
    between = (min(mondays), week_of(max(mondays))[1])
    keys = {week.placement.pk for week in weeks}
    rows = Absence.objects.filter(placement__in=keys, withdrawn_at=None, day__range=between)
    for absence in rows.order_by("day", "pk"):
        found.setdefault((absence.placement_id, monday(absence.day)), []).append(absence)
    return found


@dataclass(frozen=True)
class Told:
    """An absence as a page shows it; who worked a part of that day `is_attended` (product 6, E4)."""

    absence: Absence
    is_attended: bool


def told_days(absences: Iterable[Absence], entries: Collection[WorkEntry]) -> list[Told]:
    worked = {entry.day for entry in entries if entry.confirmed_minutes or entry.logged_minutes}
    return [Told(absence, absence.day in worked) for absence in absences]


def missed(absences: Collection[Absence], entries: Iterable[WorkEntry]) -> MakeUp:
    """As `make_up_of`, of rows that have been read; the absences in the order of `told`."""
    made_up = sum(entry.confirmed_minutes or 0 for entry in entries if entry.make_up)
    rows = [(absence.cause, absence.minutes) for absence in absences][::-1]
    return MakeUp(by_cause(rows, made_up), made_up)


def told(placement: Placement) -> QuerySet[Absence]:
    """Absences that were told and not taken back, the newest first."""
    rows = Absence.objects.filter(placement=placement, withdrawn_at=None)
    return rows.select_related("person").order_by("-day", "-pk")


def make_up_of(placement: Placement) -> MakeUp:
    """What was missed and has been made up by work that was marked so and that the host has confirmed."""
    entries = WorkEntry.objects.filter(placement=placement, make_up=True).order_by()
    made_up = entries.aggregate(sum=Sum("confirmed_minutes", default=0))["sum"]
    absences = told(placement).order_by("day", "pk").values_list("cause", "minutes")
    return MakeUp(by_cause(absences, made_up), made_up)
