"""Reads for an interruption of many placements: whom it hits, and what they can be chosen by."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership
from employers.access import employers_visible_to
from employers.models import Employer, Site
from placements.access import visible_to
from placements.models import Placement
from schools.access import cohorts_visible_to
from schools.models import Cohort

MOST = 500


@dataclass(frozen=True)
class Choice:
    """By what the placements are chosen; what is empty lets all pass."""

    cohort: UUID | None = None
    employer: UUID | None = None
    region: str = ""


def hit(viewer: Membership, *, again: bool) -> QuerySet[Placement]:
    """Who can be interrupted now; `again`: who can go on."""
    return interrupted(viewer) if again else running(viewer)


def running(viewer: Membership) -> QuerySet[Placement]:
    return _named(viewer).filter(state=Placement.State.RUNNING)


def interrupted(viewer: Membership) -> QuerySet[Placement]:
    """Paused with many others; a pause of its own is ended on its own page."""
    return _named(viewer).filter(state=Placement.State.PAUSED, end_reason=Placement.EndReason.INTERRUPTION)


def _named(viewer: Membership) -> QuerySet[Placement]:
    found = Placement.objects.filter(pk__in=visible_to(viewer).values("pk"))
    return found.select_related("learner", "employer", "enrolment__cohort").order_by("learner__sort_key", "pk")


def chosen(placements: QuerySet[Placement], choice: Choice) -> QuerySet[Placement]:
    """At a workplace in the region means: one of its workplaces."""
    if choice.cohort:
        placements = placements.filter(enrolment__cohort__public_id=choice.cohort)
    if choice.employer:
        placements = placements.filter(employer__public_id=choice.employer)
    if choice.region:
        here = Placement.objects.filter(segments__site__region=choice.region)
        placements = placements.filter(pk__in=here.values("pk"))
    return placements


def cohorts(viewer: Membership) -> QuerySet[Cohort]:
    return cohorts_visible_to(viewer).order_by("name", "pk")


def employers(viewer: Membership) -> QuerySet[Employer]:
    return employers_visible_to(viewer).filter(merged_into=None).order_by("sort_key", "pk")


def regions(viewer: Membership) -> list[str]:
    """The regions in which the school has students at work or paused."""
    live = visible_to(viewer).filter(state__in=Placement.BEGUN)
    sites = Site.objects.filter(segments__placement__in=live.values("pk")).exclude(region="")
    return sorted(set(sites.order_by().values_list("region", flat=True)))
