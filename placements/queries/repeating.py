"""Reads for a placement that is planned once more, for another student or a year later."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership
from placements.access import visible_to
from placements.models import Placement, PlannedOutcome, PlanVersion, Segment
from placements.queries.limits import standing_plans


def repeatable(viewer: Membership) -> QuerySet[Placement]:
    """Placements of students, in whatever state they are."""
    kinds = (Placement.Purpose.STUDENT, Placement.Purpose.JOB)
    here = Exists(Segment.objects.filter(placement=OuterRef("pk")).order_by())
    found = visible_to(viewer).filter(here, purpose__in=kinds, enrolment__isnull=False)
    return found.select_related("learner", "lead_employer")


def left_out(source: Placement, plan: PlanVersion) -> int:
    """How many outcomes of what was planned in `source` are not in this copy of it."""
    standing = standing_plans(Placement.objects.filter(pk=source.pk))
    planned = PlannedOutcome.objects.filter(plan__in=standing).values("outcome").distinct().count()
    return max(planned - plan.outcomes.values("outcome").distinct().count(), 0)
