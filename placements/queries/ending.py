"""Reads for what broke: the last step of a placement, for a page that must not ask twice, and where it may go on."""

from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from accounts.models import Membership
from core.models import Transition
from employers.models import Offer, Site
from placements.models import Placement
from placements.queries.plans import offers_for
from placements.queries.requests import askable_sites, hosts_to_ask


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


def offers_after(viewer: Membership, placement: Placement, today: date) -> QuerySet[Offer]:
    """Free offers of other firms, with `fits`; those in an occupation of the student's programme come first."""
    codes = placement.enrolment.cohort.version.programme.occupation_codes if placement.enrolment else []
    sites = askable_sites(viewer).exclude(employer=placement.employer_id)
    fits = Case(When(occupation_codes__overlap=codes, then=Value(1)), default=Value(0), output_field=IntegerField())
    offers = offers_for(viewer, today).filter(site__in=sites, free__gt=0).annotate(fits=fits)
    return offers.order_by("-fits", "starts_on", "pk")


def hosts_after(viewer: Membership, placement: Placement, q: str) -> QuerySet[Site]:
    """Workplaces of other firms, by name; `q` is part of it."""
    return hosts_to_ask(viewer, q).exclude(employer=placement.employer_id)
