"""Reads for hosts that stop: which placements it hits, and who has to be found a new host first."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Membership
from employers.models import SchoolEmployer
from employers.rules import Stop, stop_of
from placements.access import visible_to
from placements.models import Feedback, Placement, WorkEntry

_SEARCHING = (Placement.Direction.COMPANY, Placement.Direction.OCCUPATION, Placement.Direction.OPEN)


def with_stop(placements: QuerySet[Any]) -> QuerySet[Any]:
    """Each placement with what `stop_at` looks at; needs `employer` to be selected."""
    relation = SchoolEmployer.objects.filter(school=OuterRef("school"), employer=OuterRef("employer")).order_by()
    return placements.annotate(
        not_approved_since=Subquery(relation.values("not_approved_since")[:1]),
        suspended_at=Subquery(relation.values("suspended_at")[:1]),
    )


def stop_at(placement: Any) -> Stop | None:
    """Why the host of a live placement `with_stop` stops; nothing where it goes on as usual."""
    if placement.state not in Placement.LIVE or placement.employer is None:
        return None
    return stop_of(placement.employer.closed_on, placement.not_approved_since, placement.suspended_at)


def to_rematch(viewer: Membership, relation: SchoolEmployer) -> QuerySet[Any]:
    """The students who need a new host: whose programme ends first comes first.

    Each with `confirmed` and `waiting` minutes, `has_feedback`, and `enrolled_until` where it is known.
    """
    mine = Placement.objects.filter(
        pk__in=visible_to(viewer).values("pk"), employer=relation.employer_id, school=relation.school_id
    )
    left = Q(state=Placement.State.BROKEN, successor=None, end_direction__in=_SEARCHING)
    hours = WorkEntry.objects.filter(placement=OuterRef("pk")).order_by().values("placement")
    waiting = hours.filter(state=WorkEntry.State.LOGGED)
    return (
        mine.filter(Q(state__in=Placement.LIVE) | left)
        .annotate(
            enrolled_until=Coalesce("enrolment__ends_on", "enrolment__cohort__ends_on"),
            confirmed=Coalesce(Subquery(hours.annotate(sum=Sum("confirmed_minutes")).values("sum")), 0),
            waiting=Coalesce(Subquery(waiting.annotate(sum=Sum("logged_minutes")).values("sum")), 0),
            has_feedback=Exists(Feedback.objects.filter(placement=OuterRef("pk"))),
        )
        .select_related("learner", "enrolment__cohort")
        .order_by(F("enrolled_until").asc(nulls_last=True), "learner__sort_key", "pk")
    )
