"""Reads for what broke or may break: the last step of a placement, for a page that must not ask twice."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from core.models import Transition
from placements.models import Placement


def with_last_step(placements: QuerySet[Placement]) -> QuerySet[Any]:
    """Each placement with the verb, the state before, the time and a mark of the move that led to its state."""
    moves = Transition.objects.filter(noun="placement", object_id=OuterRef("pk")).exclude(to_state=F("from_state"))
    last = moves.order_by("-at", "-pk")
    return placements.annotate(
        step_verb=Subquery(last.values("verb")[:1]),
        step_from=Subquery(last.values("from_state")[:1]),
        step_unlawful=Subquery(last.values("details__unlawful")[:1]),
        step_at=Subquery(last.values("at")[:1]),
    )
