"""Answers that a program may have pressed, until somebody says that a person meant them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from placements.models import Doubt, HostRequest, Placement, WeekConfirmation


@dataclass(frozen=True)
class Doubts:
    weeks: list[WeekConfirmation]
    requests: list[HostRequest]


def doubts_of(placement: Placement) -> Doubts:
    """What is in doubt of one placement, the oldest answer first, with who is said to have answered."""
    known = {"placement": placement, "doubt": Doubt.OPEN}
    weeks = WeekConfirmation.objects.filter(**known).select_related("person").order_by("answered_at", "pk")
    requests = HostRequest.objects.filter(**known).select_related("person").order_by("answered_at", "pk")
    return Doubts(list(weeks), list(requests))


def with_doubt(placements: QuerySet[Any]) -> QuerySet[Any]:
    """Placements with the moment of their oldest answer in doubt, in `doubt_at`. No query of its own."""
    return placements.annotate(doubt_at=doubt_at())


def doubt_at() -> Least:
    """The annotation of `with_doubt`."""
    weeks, requests = (
        model.objects.filter(placement=OuterRef("pk"), doubt=Doubt.OPEN).order_by("answered_at").values("answered_at")  # type: ignore[attr-defined]
        for model in (WeekConfirmation, HostRequest)
    )
    return Least(Subquery(weeks[:1]), Subquery(requests[:1]), output_field=DateTimeField())
