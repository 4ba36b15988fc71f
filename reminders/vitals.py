"""Reads for "does it fire?": the heartbeats, what waits, and the numbers of one school. Never a name."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from accounts.models import Membership
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
    """Of the viewer's school."""
    letters = Outbox.objects.filter(school=viewer.organisation_id).aggregate(
        waiting=Count("pk", filter=Q(state__in=_WAITING)),
        failed=Count("pk", filter=Q(state=Outbox.State.FAILED)),
        bounced=Count("pk", filter=Q(state=Outbox.State.BOUNCED)),
    )
    return Numbers(due=Due.objects.filter(school=viewer.organisation_id, state=Due.State.WAITING).count(), **letters)
