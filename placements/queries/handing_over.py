"""Reads for whoever takes over students at a workplace: what somebody new has to know in half a minute."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Person
from core.models import Transition
from placements.models import Placement, WeekConfirmation
from placements.queries.hours import Totals, totals


@dataclass(frozen=True)
class HandOver:
    """A student whom somebody takes over: from whom, and what has been worked and confirmed so far."""

    placement: Placement
    before: str
    totals: Totals


def taken_over(placements: Collection[Placement], person: Person) -> list[HandOver]:
    """Of these placements those that came to the person from somebody else, until the person has answered a week."""
    answered = WeekConfirmation.objects.filter(placement=OuterRef("object_id"), person=person)
    moves = Transition.objects.filter(
        noun="placement", verb="hand_over", object_id__in=[one.pk for one in placements], details__to=person.pk
    )
    rows = {move.object_id: move.details["from"] for move in moves.exclude(Exists(answered)).order_by("at", "pk")}
    if not rows:
        return []
    people = {one.pk: one.full_name for one in Person.objects.filter(pk__in=rows.values())}
    sums = totals(rows)
    return [
        HandOver(placement, people.get(rows[placement.pk], ""), sums[placement.pk])
        for placement in placements
        if placement.pk in rows
    ]
