"""A host's active seconds, stored with the post that ends them. The row is the record itself: no move is logged."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.roles import HOST
from core.workflow import Actor
from placements.host_clock import Reading
from placements.models import HostTime, Placement
from placements.rules.host_time import active, share


@transaction.atomic
def record_host_time(
    *, placements: Sequence[Placement], person: Person, reading: Reading, by: Actor, at: datetime
) -> int:
    """Share the seconds of one form among its placements; the seconds that were stored.

    Only for hosts; the same form a second time, whatever it is sent for, counts nothing.
    """
    if by.role not in HOST or HostTime.objects.filter(person=person, key=reading.key).exists():
        return 0
    seconds, idle_known = active(reading.elapsed, reading.idle)
    rows = [
        HostTime(
            placement=placement, person=person, screen=reading.screen, seconds=part, idle_known=idle_known,
            key=reading.key, at=at,
        )
        for placement, part in zip(placements, share(seconds, len(placements)), strict=True)
    ]  # fmt: skip
    # Two posts of one form at the same moment meet at the constraint.
    HostTime.objects.bulk_create(rows, ignore_conflicts=True)
    return sum(row.seconds for row in rows)
