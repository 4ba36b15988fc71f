"""Reads for a placement that is planned once more, for another student or a year later."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts.models import Membership
from placements.access import visible_to
from placements.models import Placement, PlannedOutcome, PlanVersion, Segment
from placements.queries.limits import standing_plans


def repeatable(viewer: Membership) -> QuerySet[Segment]:
    """The stretches of placements of students, in whatever state they are, each with its place and its placement."""
    kinds = (Placement.Purpose.STUDENT, Placement.Purpose.JOB)
    mine = visible_to(viewer).filter(purpose__in=kinds, enrolment__isnull=False)
    found = Segment.objects.filter(placement__in=mine.values("pk")).order_by("starts_on", "pk")
    return found.select_related(
        "site__employer", "site__organisation", "supervisor", "placement__learner", "placement__lead_employer"
    )


def main_of(segments: Sequence[Segment], placement: Placement) -> Segment | None:
    """Of these in their order the last one at the firm of the placement, else the last; the form is about this one."""
    at_firm = [one for one in segments if one.site.employer_id and one.site.employer_id == placement.employer_id]
    return next(reversed(at_firm or list(segments)), None)


def left_out(source: Placement, plan: PlanVersion) -> int:
    """How many outcomes of what was planned in `source` are not in this copy of it."""
    standing = standing_plans(Placement.objects.filter(pk=source.pk))
    planned = PlannedOutcome.objects.filter(plan__in=standing).values("outcome").distinct().count()
    return max(planned - plan.outcomes.values("outcome").distinct().count(), 0)
