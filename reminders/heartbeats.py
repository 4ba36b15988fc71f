"""Marks of life of the machinery, one row for each part: the answer to "does it fire?"."""

from datetime import datetime

from reminders.models import Heartbeat


def note(part: Heartbeat.Part, *, at: datetime, count: int = 0) -> None:
    """This part has done its work, and `count` rows or letters were in it."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, at=at, count=count)],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["at", "count"],
    )
