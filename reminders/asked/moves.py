"""Moves of placements that change whom and when to ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from core.models import Transition

_GOES_ON = ("resume", "restore_running")


@dataclass(frozen=True)
class Moves:
    """When somebody took over a student at the workplace, by placement and person; when a placement went on; and
    when its host stopped."""

    taken_over: dict[tuple[int, int], datetime]
    resumed: dict[int, datetime]
    stopped: dict[int, datetime]


def moves_of(placement_ids: Collection[int]) -> Moves:
    rows = Transition.objects.filter(
        noun="placement", object_id__in=placement_ids, verb__in=("hand_over", "host_stops", *_GOES_ON)
    ).order_by("at", "pk")
    taken_over, resumed, stopped = {}, {}, {}
    for move in rows:
        if move.verb in _GOES_ON:
            resumed[move.object_id] = move.at
        elif move.verb == "host_stops":
            stopped[move.object_id] = move.at
        elif person := move.details.get("to"):
            taken_over[move.object_id, person] = move.at
    return Moves(taken_over, resumed, stopped)
