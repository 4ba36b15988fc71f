"""Reads of what hosts have asked the school for."""

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import Membership, Person
from core.models import Transition
from placements.access import concerns_visible_to
from placements.models import Concern, Placement

UNLAWFUL = Q(category__in=Concern.UNLAWFUL)
"""Reasons for which nobody may be sent away: coordinator and head look at them first."""


def concerns(viewer: Membership, *, show_all: bool) -> QuerySet[Concern]:
    """Those of the school, unlawful reasons first, then what has waited longest."""
    found = concerns_visible_to(viewer).select_related("placement__learner", "placement__employer", "person")
    if not show_all:
        found = found.exclude(state=Concern.State.CLOSED)
    order = Case(When(UNLAWFUL & ~Q(state=Concern.State.CLOSED), then=Value(0)), default=Value(1))
    return found.order_by(order, "at", "pk")


def asked_by(placement: Placement, person: Person) -> list[Concern]:
    """What this person has asked for and nobody has closed yet."""
    rows = Concern.objects.filter(placement=placement, person=person).exclude(state=Concern.State.CLOSED)
    return list(rows.order_by("-at", "-pk"))


def talks_of(concern: Concern) -> QuerySet[Transition]:
    """What the school wrote down about its talks, the newest first."""
    rows = Transition.objects.filter(noun="concern", object_id=concern.pk).exclude(reason="")
    return rows.order_by("-at", "-pk")
