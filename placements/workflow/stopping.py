"""A host closes or is no longer approved: one action, and every placement there is marked at once (E9)."""

from datetime import date, datetime

from django.db import transaction

from core.workflow import Actor
from employers import workflow as employers
from employers.models import SchoolEmployer
from employers.rules import Stop
from placements.models import Placement
from placements.workflow.tables import PLACEMENT


@transaction.atomic
def stop_host(*, relation: SchoolEmployer, why: Stop, since: date, by: Actor, at: datetime) -> list[Placement]:
    """The school's placements at this host that are marked; none when it was known already.

    From the rows of this move the host is asked at once for open weeks and for the closing feedback. Raises `Refused`
    as `employers.workflow.stop` does.
    """
    if not employers.stop(relation=relation, why=why, since=since, by=by, at=at):
        return []
    found = Placement.objects.filter(school=relation.school, employer=relation.employer, state__in=Placement.LIVE)
    placements = list(found.order_by("pk"))
    for placement in placements:
        PLACEMENT.apply(placement, "host_stops", by=by, at=at, details={"why": str(why), "since": since.isoformat()})
    return placements
