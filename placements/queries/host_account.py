"""Reads for the offer of an account: who has so many students that one place for all of them is worth it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from placements.models import Placement

MANY = 3


def with_other_schools(placements: QuerySet[Any], guide: Person) -> QuerySet[Any]:
    """Each placement with whether the guide has students of another school too (`elsewhere`)."""
    others = Placement.objects.filter(segments__supervisor__person=guide, state__in=Placement.LIVE)
    return placements.annotate(elsewhere=Exists(others.exclude(school=OuterRef("school"))))


def has_many(placements: Iterable[Any]) -> bool:
    """Three students at this school or more, or students of two schools; of placements `with_other_schools`."""
    live = [one for one in placements if one.state in Placement.LIVE]
    return len(live) >= MANY or any(one.elsewhere for one in live)
