"""What was done about one item, with names for colleagues, and what happened last to its placement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Person
from core.models import Transition
from placements.access import visible_to
from placements.models import Placement
from reports.access import handlings_visible_to
from reports.clusters import ONE_CALL, Cluster, clusters
from reports.queries.day import tasks_among
from reports.timeline import Event, events, told_to
from reports.workflow import HANDLING, sentence

ROWS = 50


@dataclass(frozen=True)
class Step:
    at: datetime
    text: str
    note: str


def cluster_of(viewer: Membership, placement: Placement, kind: str, *, today: date) -> Cluster | None:
    """The item of this placement with all that one call settles and the same person has; None when nothing waits."""
    together = kind in ONE_CALL and placement.employer_id
    here = Q(employer=placement.employer_id) if together else Q(pk=placement.pk)
    keys = visible_to(viewer).filter(here).order_by().values("pk")
    found = [task for task in tasks_among(viewer, keys, today=today) if task.item.kind == kind]
    asked = next((task for task in found if task.item.placement == placement), None)
    if asked is None:
        return None
    alike = [task for task in found if (task.owner_id, task.rests) == (asked.owner_id, asked.rests)]
    return next(one for one in clusters(alike) if asked in one.tasks)


def history(viewer: Membership, placement: Placement, kind: str) -> list[Step]:
    """Who did what about this item, the newest first; at most 50 steps."""
    handlings: Any = handlings_visible_to(viewer).filter(placement=placement, kind=kind).values("pk")
    rows = list(Transition.objects.filter(noun=HANDLING.noun, object_id__in=handlings).order_by("-at", "-pk")[:ROWS])
    keys = {row.actor_id for row in rows}, {row.details.get("to") for row in rows}
    people = Person.objects.filter(Q(user__in=keys[0] - {None}) | Q(pk__in=keys[1] - {None})).order_by("pk")
    by_user = {one.user_id: one.full_name for one in people}
    by_key = {one.pk: one.full_name for one in people}
    return [
        Step(
            row.at, sentence(row.verb, row.at, by_user.get(row.actor_id), by_key.get(row.details.get("to"))), row.reason
        )
        for row in rows
    ]


def last_event(viewer: Membership, placement: Placement) -> Event | None:
    """The last thing that happened to the placement, as its own page tells it, without what was done about items."""
    told = {noun for noun, _verb in told_to(viewer.role)} - {HANDLING.noun}
    rows = Transition.objects.filter(timeline=f"placement:{placement.pk}", noun__in=told).order_by("-at", "-pk")[:5]
    return next(iter(events(rows, today=timezone.localdate(), role=viewer.role)), None)
