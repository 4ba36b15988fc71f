"""Reads for whoever takes over students at a workplace: what somebody new has to know in half a minute."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

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


def with_hand_over(placements: QuerySet[Placement], person: Person) -> QuerySet[Any]:
    """Each placement with who guided before this person (`came_from`), until this person has answered a week of it."""
    answered = WeekConfirmation.objects.filter(placement=OuterRef("object_id"), person=person)
    moves = Transition.objects.filter(
        ~Exists(answered), noun="placement", verb="hand_over", object_id=OuterRef("pk"), details__to=person.pk
    )
    return placements.annotate(came_from=Subquery(moves.order_by("-at", "-pk").values("details__from")[:1]))


def taken_over(placements: Collection[Any]) -> list[HandOver]:
    """Of placements `with_hand_over` those that are new to their guide; two queries, and none where there are none."""
    new = [placement for placement in placements if placement.came_from]
    if not new:
        return []
    people = {one.pk: one.full_name for one in Person.objects.filter(pk__in={one.came_from for one in new})}
    sums = totals([placement.pk for placement in new])
    return [HandOver(one, people.get(one.came_from, ""), sums[one.pk]) for one in new]
