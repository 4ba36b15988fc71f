"""Reads for "does it fire?": the heartbeats, what waits, and the numbers of one school. Never a name."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership, Organisation
from reminders.health import Vitals
from reminders.models import Due, Heartbeat, Outbox

_WAITING = (Outbox.State.WAITING, Outbox.State.SENDING)


@dataclass(frozen=True)
class Numbers:
    """How many things of a school are still to be asked for, and how its letters stand."""

    due: int
    waiting: int
    failed: int
    bounced: int


def heartbeats() -> list[Heartbeat]:
    order = list(Heartbeat.Part)
    return sorted(Heartbeat.objects.order_by("pk"), key=lambda beat: order.index(Heartbeat.Part(beat.part)))


def vitals(beats: list[Heartbeat]) -> Vitals:
    """Of the whole installation; a letter that failed once waits since its next attempt was possible."""
    return Vitals(
        beats={beat.part: beat.at for beat in beats},
        oldest_due=Due.objects.filter(state=Due.State.WAITING).aggregate(at=Min("due_at"))["at"],
        oldest_letter=Outbox.objects.filter(state__in=_WAITING).aggregate(at=Min("next_attempt_at"))["at"],
    )


def numbers(viewer: Membership) -> Numbers:
    """Of the viewer's school, in one query."""
    letters = Outbox.objects.filter(school=OuterRef("pk"))
    counts = {
        "due": Due.objects.filter(school=OuterRef("pk"), state=Due.State.WAITING),
        "waiting": letters.filter(state__in=_WAITING),
        "failed": letters.filter(state=Outbox.State.FAILED),
        "bounced": letters.filter(state=Outbox.State.BOUNCED),
    }
    school = Organisation.objects.filter(pk=viewer.organisation_id)
    found: dict[str, Any] = dict(school.values(**{name: _number(rows) for name, rows in counts.items()}).get())
    return Numbers(**found)


def _number(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("school").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
