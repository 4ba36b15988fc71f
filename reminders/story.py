"""What became of one letter, told in the order in which it happened."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.templatetags.ui import day_time
from reminders.models import Delivery, Outbox

_TONES = {
    Delivery.Event.DELIVERED: "good",
    Delivery.Event.BOUNCED: "bad",
    Delivery.Event.REJECTED: "bad",
    Delivery.Event.COMPLAINED: "warn",
}


@dataclass(frozen=True)
class Event:
    at: datetime
    text: str
    tone: str = ""

    @property
    def when(self) -> str:
        return day_time(self.at)


def events(letter: Outbox) -> list[Event]:
    """Newest first."""
    found = [
        Event(one.at, one.get_event_display(), _TONES[Delivery.Event(one.event)]) for one in letter.deliveries.all()
    ]
    if letter.sent_at:
        found.append(Event(letter.sent_at, _("It went out."), "good"))
    if letter.again_at:
        found.append(Event(letter.again_at, _("The coordinator asked to send it again.")))
    return sorted(found, key=lambda event: event.at, reverse=True)
