"""Reads for an interruption of many placements: whom it hits, and what they can be chosen by."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Membership
from core.models import Transition
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


def hit(viewer: Membership, *, again: bool) -> QuerySet[Any]:
    """Who can be interrupted now; `again`: who can go on, each with `why` it was interrupted."""
    return interrupted(viewer) if again else running(viewer)


def running(viewer: Membership) -> QuerySet[Placement]:
    return _named(visible_to(viewer)).filter(state=Placement.State.RUNNING)


def interrupted(viewer: Membership) -> QuerySet[Any]:
    """Paused with many others; a pause of its own is ended on its own page."""
    pauses = Transition.objects.filter(noun="placement", object_id=OuterRef("pk"), verb="pause").order_by("-at", "-pk")
    paused = _named(visible_to(viewer)).filter(
        state=Placement.State.PAUSED, end_reason=Placement.EndReason.INTERRUPTION
    )
    return paused.annotate(why=Subquery(pauses.values("reason")[:1]))


def left(listed: QuerySet[Placement], hit_now: Collection[Placement]) -> QuerySet[Placement]:
    """Who is in a list and stays as it is."""
    return _named(listed).exclude(pk__in=[placement.pk for placement in hit_now])


def _named(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    found = Placement.objects.filter(pk__in=placements.order_by().values("pk"))
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
