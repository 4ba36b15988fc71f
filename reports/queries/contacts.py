"""Contacts that the school should have held by now, of all placements of one person: for the list of the late ones."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import person_of
from accounts.models import Membership
from accounts.roles import Role
from placements.access import STILLED, visible_to
from placements.models import HourClaim, Placement
from placements.queries.due_contacts import facts_among, with_closed_days
from placements.rules.contacts import DEBRIEFED, Due, due_for


@dataclass(frozen=True)
class LateContact:
    placement: Placement
    due: Due


def late_contacts(viewer: Membership, *, today: date) -> list[LateContact]:
    """What has waited longest first: of placements that the coordinator looks after, or that the teacher follows."""
    rows = list(with_closed_days(_followed(viewer, today)))
    facts = facts_among(rows, today)
    late = [
        LateContact(row, due)
        for row in rows
        for due in due_for(facts[row.pk], HourClaim.Side.SCHOOL, today)
        if due.is_late(today)
    ]
    return sorted(late, key=lambda one: (one.due.by, one.placement.learner.sort_key, one.due.kind))


def _followed(viewer: Membership, today: date) -> QuerySet[Placement, Any]:
    found = visible_to(viewer).exclude(STILLED).select_related("learner", "employer")
    if viewer.role == Role.COORDINATOR:
        found = found.filter(coordinator=person_of(viewer))
    return found.filter(Q(state__in=Placement.LIVE) | Q(state__in=Placement.OVER, ends_on__gte=today - DEBRIEFED))
