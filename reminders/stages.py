"""Where a letter is, as its readers in the school see it: its state, and what its provider has told since."""

from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from reminders.models import Delivery, Outbox


class Stage(TextChoices):
    FAILED = "failed", _("Could not be sent")
    BOUNCED = "bounced", _("Came back")
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    ARRIVED = "arrived", _("Arrived")
    DROPPED = "dropped", _("No longer needed")


TONES = {
    Stage.FAILED: "bad",
    Stage.BOUNCED: "bad",
    Stage.WAITING: "info",
    Stage.SENT: "good",
    Stage.ARRIVED: "good",
    Stage.DROPPED: "quiet",
}


def with_stage(letters: QuerySet[Outbox]) -> QuerySet[Any]:
    """Each letter with its `stage`."""
    arrived = Exists(Delivery.objects.filter(outbox=OuterRef("pk"), event=Delivery.Event.DELIVERED))
    return letters.annotate(
        stage=Case(
            When(state=Outbox.State.SENDING, then=Value(Stage.WAITING.value)),
            When(Q(arrived, state=Outbox.State.SENT), then=Value(Stage.ARRIVED.value)),
            default=F("state"),
        )
    )
